/*
 * An order region: workers that compute, and append a mark to one log after each unit, for a given
 * time.
 *
 * The log is protected by nothing but the lock of the mode. Threads append to it in memory
 * (mark_log.h); processes write to a pipe (mark_pipe.h), outside the lock, as a blocking system call
 * in an interpreter does.
 */
#pragma once

#include "mark_log.h"
#include "region.h"

struct order_job {
	enum team_kind team;
	enum worker_locks locks;
	const struct spec *lock;
	const struct workload *load; /* calibrated */
	const struct placement *placement;
	int workers;       /* at most MARK_LOG_WORKERS_MAX */
	int64_t window_ns; /* how long they append */
	size_t room;       /* of the log; 0: as much as the window can need */
	bool may_lose;     /* nothing protects the log */
};

struct order_result {
	struct mark_runs runs; /* of the marks that were kept */
	size_t appended;
	size_t lost;
	bool full; /* the log was, before the window had passed */
};

/*
 * Runs the job in a region. Returns 0 and fills `region` and `result`; or a negative errno value with
 * `error`, as region_run() does; -EBADMSG if the log lacks marks although it may lose none, or if it
 * has marks that nobody appended; -ENODATA if it is empty.
 */
int order_region_run(const struct order_job *job, const struct limits *limits,
	struct region_result *region, struct order_result *result, struct error *error);
