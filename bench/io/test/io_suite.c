/* See io_suite.h. */
#include "io_suite.h"

static const int64_t every_ns = 5 * INT64_C(1000000);

struct io_region_job suite_io_job(enum io_kind kind, const struct suite_mode *mode, int workers)
{
	/* At this pace, a chunk has as many units as the workload. */
	static const struct workload load = {
		.kernel = &suite_kernel, .units = 1000, .turn_s = 1e-6
	};
	return (struct io_region_job){
		.kind = kind,
		.team = mode->team,
		.locks = mode->locks,
		.load = &load,
		.workers = workers,
		.every_ns = every_ns,
		.window_ns = every_ns * SUITE_MESSAGES,
	};
}

int suite_try_io(struct io_region_job job, const char *lock, struct region_result *region,
	struct io_region_result *result, struct error *error)
{
	struct spec spec = suite_lock(lock);
	struct signals signals;
	struct placement *placement = suite_placement(PLACEMENT_CORE);
	job.lock = &spec;
	job.placement = placement;
	assert_int_equal(signals_init(&signals, error), 0);
	const struct limits limits = { SUITE_FOREVER_NS, &signals };
	int failed = io_region_run(&job, &limits, region, result, error);
	signals_finish(&signals);
	placement_destroy(placement);
	suite_assert_nobody_left();
	return failed;
}

struct region_result suite_run_io(
	struct io_region_job job, const char *lock, struct io_region_result *result)
{
	struct error error = { "" };
	struct region_result region;
	if (suite_try_io(job, lock, &region, result, &error)) {
		fail_msg("%s: %s", lock, error.text);
	}
	return region;
}
