/*
 * Regions of real interpreters, the counterpart of region.h.
 *
 * The interpreter's program creates its own workers, reports each, and is told when to open the
 * gate (programs/README.md). It runs as a subprocess (subprocess.h), so that a deadline or Ctrl-C
 * ends it together with all that it has forked.
 */
#pragma once

#include "interpreter.h"
#include "placement.h"
#include "region.h"

struct runtime_region_job {
	const struct interpreter *interpreter;
	const char *way; /* "sequential", "threads" or "processes" */
	const struct placement *placement;
	int workers;
	uint64_t units; /* in all */
};

/*
 * Runs the job, each worker bound to its place unless the command has bound it to others. Fills
 * `result` as region_run() does; but the checksum is the number of units that were counted down,
 * processor time and context switches are those of all the interpreter's processes from the gate to
 * their end, and migrations, the time in run queues and the lock's statistics are unknown. Returns 0,
 * or a negative errno value with `error` as of region_run(); also an error if the program reported
 * something that cannot be true.
 */
int runtime_region_run(const struct runtime_region_job *job, const struct limits *limits,
	struct region_result *result, struct error *error);
