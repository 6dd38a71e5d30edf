/*
 * Tests of cancel regions: victims are stopped in every way, under every lock and beside workers; the
 * times are possible ones.
 */
#include "cancel_region.h"

#include "region_suite.h"

static const int64_t window_ns = 10 * INT64_C(1000000);

static int run(const struct suite_mode *mode, const char *lock, enum victim_way way, int workers,
	struct cancel_result **result, struct error *error)
{
	struct region_result region;
	struct spec spec = suite_lock(mode->model ? mode->model : lock);
	struct workload load = { .kernel = &suite_kernel, .units = 1000 };
	struct placement *placement = suite_placement(PLACEMENT_CORE);
	struct signals signals;
	const struct limits limits = { SUITE_FOREVER_NS, &signals };
	const struct cancel_job job = {
		.team = mode->team,
		.locks = mode->locks,
		.lock = &spec,
		.way = way,
		.load = &load,
		.placement = placement,
		.workers = workers,
		.every_ns = 100000,
		.window_ns = window_ns,
		.seed = 1,
	};
	assert_int_equal(signals_init(&signals, error), 0);
	int failed = cancel_region_run(&job, &limits, &region, result, error);
	signals_finish(&signals);
	placement_destroy(placement);
	suite_assert_nobody_left();
	return failed;
}

static void expect_stops(
	const struct suite_mode *mode, const char *lock, enum victim_way way, int workers)
{
	struct cancel_result *result;
	struct error error = { "" };
	int failed = run(mode, lock, way, workers, &result, &error);
	assert_string_equal(error.text, "");
	assert_int_equal(failed, 0);
	assert_true(result->count > 0 && result->count <= CANCEL_STOPS_MAX);
	for (size_t i = 0; i < result->count; i++) {
		const struct victim_stop *stop = &result->stops[i];
		assert_true(stop->stopped_ns > 0);
		assert_true(stop->stopped_ns <= stop->joined_ns);
		assert_true(way != VICTIM_SIGKILL || stop->stopped_ns == stop->joined_ns);
	}
	free(result);
}

static void test_threads_under_every_lock(void **unused)
{
	(void)unused;
	for (size_t i = 0; lockmodel_form(i); i++) {
		expect_stops(&suite_modes[SUITE_ONE_LOCK], lockmodel_form(i)->name, VICTIM_FLAG, 0);
		expect_stops(&suite_modes[SUITE_ONE_LOCK], lockmodel_form(i)->name, VICTIM_FLAG, 1);
	}
}

static void test_processes(void **unused)
{
	(void)unused;
	for (int workers = 0; workers < 3; workers += 2) {
		expect_stops(&suite_modes[SUITE_PROCESSES], "cpython3", VICTIM_SIGTERM, workers);
		expect_stops(&suite_modes[SUITE_PROCESSES], "cpython3", VICTIM_SIGKILL, workers);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_threads_under_every_lock, suite_reset),
		cmocka_unit_test_setup(test_processes, suite_reset),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
