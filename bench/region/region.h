/*
 * A region: one sample of a workload, run by a team of workers in a process of its own.
 *
 * The region process is forked for each sample and does not use Google Benchmark. Its results
 * return through shared memory, and the caller waits with a deadline. So a crash, a lost wake-up or
 * a killed worker costs one sample and nothing else.
 */
#pragma once

#include "child.h"
#include "worker.h"

struct region_result {
	int64_t wall_ns;       /* from the first worker's start to the last worker's end */
	int64_t start_skew_ns; /* from the first worker's start to the last worker's start */
	int64_t active_ns;     /* the sum over the workers: from the own start to the own end */
	int64_t cpu_ns;
	uint64_t checksum;
	int64_t switches_voluntary;
	int64_t switches_involuntary;
	int64_t migrations;          /* -1 if the system does not report them */
	int64_t runqueue_ns;         /* runnable, but not running; -1 likewise */
	bool bound_elsewhere;        /* a real interpreter has bound its workers itself */
	double jain_held;            /* see jain_index() in region.c: 1/workers to 1 */
	struct lockmodel_stats lock; /* sums over the workers; the maximum of longest_wait_ns */
};

/*
 * Runs the job in a region. Returns 0 and fills `result`, or returns a negative errno value and
 * fills `error`: -ETIMEDOUT if the deadline has passed; -EINTR if one of the signals has arrived,
 * which is then consumed and named in `error`; -ECHILD if a worker or the task failed. All
 * processes of the region have ended when it returns.
 */
int region_run(const struct worker_job *job, const struct limits *limits,
	struct region_result *result, struct error *error);
