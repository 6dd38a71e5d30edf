/*
 * Regions of real interpreters: as region.h has them for our own kernels and locks.
 *
 * The interpreter's program makes its own workers, tells of each, and is told when to open the gate
 * (interpreters/README.md). It runs as the child of a child of this process, so that a deadline,
 * or a Ctrl-C, ends it and all that it has forked.
 */
#pragma once

#include "interpreter.h"
#include "placement.h"
#include "region.h"

struct real_job {
	const struct interpreter *interpreter;
	const char *way; /* "sequential", "threads" or "processes" */
	const struct placement *placement;
	int workers;
	uint64_t units; /* in all */
};

/*
 * Runs the job, each worker bound to its place unless the command has bound it to others. Fills
 * `result` as region_run() does: the checksum is the number of units counted down, processor time
 * and context switches are those of all the interpreter's processes from the gate to their end, and
 * nothing is known of migrations and the lock. 0, or a negative errno value with `error` as of
 * region_run(); -EBADMSG, too, if what the program tells cannot be true.
 */
int real_run(const struct real_job *job, int64_t deadline_ns, const struct signals *signals,
	struct region_result *result, struct error *error);
