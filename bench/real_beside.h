/*
 * Regions of real interpreters with a worker that does input and output beside some that compute,
 * as beside.h has them for our own kernels and locks, and real.h for those that only compute.
 */
#pragma once

#include "beside.h"

/*
 * Runs the job in the threads of its work's interpreter. Fills `region` as real_run() does, and for
 * beside_finish() `result`. 0, or a negative errno value with `error` as of beside_run().
 */
int real_beside_run(const struct beside_job *job, int64_t deadline_ns,
	const struct signals *signals, struct region_result *region, struct beside_result *result,
	struct error *error);
