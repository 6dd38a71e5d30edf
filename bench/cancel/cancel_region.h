/*
 * A cancel region: one worker starts a victim (victim.h), lets it run for a random time, stops it, and
 * begins anew, beside some workers that compute.
 */
#pragma once

#include "victim.h"

enum { CANCEL_STOPS_MAX = 10000 };

struct cancel_job {
	enum team_kind team;
	enum worker_locks locks;
	const struct spec *lock;
	enum victim_way way;
	const struct workload *load; /* of all workers and victims; calibrated */
	const struct placement *placement;
	int workers;       /* that compute; the worker that stops the victims has the next place */
	int64_t every_ns;  /* mean time that a victim runs before it is stopped */
	int64_t window_ns; /* for so long further victims are started; there is at least one */
	uint64_t seed;     /* of the random times */
};

/* For free(). */
struct cancel_result {
	size_t count;
	struct victim_stop stops[];
};

/*
 * Runs the job in a region. Returns 0 and fills `region` and `result`, which the caller frees; or a
 * negative errno value with `error`, as region_run() does.
 */
int cancel_region_run(const struct cancel_job *job, const struct limits *limits,
	struct region_result *region, struct cancel_result **result, struct error *error);
