/*
 * A region: one sample of a kernel, run by a team in a process of its own.
 *
 * The process is forked for the sample and holds nothing of Google Benchmark. Its numbers come back
 * through shared memory, and the caller waits with a deadline: a crash, a lost wake-up or a killed
 * worker costs this sample and nothing else.
 */
#pragma once

#include "signals.h"
#include "worker.h"

/* A number that only some kinds of region have; becomes a counter of the row. */
struct region_counter {
	const char *name; /* a literal */
	double value;
};

enum { REGION_COUNTERS_MAX = 16 };

struct region_result {
	int64_t wall_ns;       /* from the first worker's start to the last one's end */
	int64_t start_skew_ns; /* from the first worker's start to the last one's */
	int64_t cpu_ns;
	uint64_t checksum;
	int64_t switches_voluntary;
	int64_t switches_involuntary;
	int64_t migrations;   /* -1 if the system does not tell */
	bool bound_elsewhere; /* a real interpreter's command has bound its workers itself */
	/*
	 * Jain's index over the share of its time that each worker held the lock: 1/workers to 1.
	 */
	double jain_held;
	struct lockmodel_stats lock; /* sums over the workers; longest_wait_ns the longest of all */
	size_t counter_count;
	struct region_counter counters[REGION_COUNTERS_MAX];
};

/* Adds a number of the region's own; there has to be room. */
void region_count(struct region_result *result, const char *name, double value);

/*
 * Runs the job. Fills `result`, and returns 0; or a negative errno value with `error`, among them
 * -ETIMEDOUT when `deadline_ns` passed, and -EINTR when one of `signals` came (it is taken from
 * there, and named in `error`). No process is left behind.
 */
int region_run(const struct worker_job *job, int64_t deadline_ns, const struct signals *signals,
	struct region_result *result, struct error *error);
