/*
 * Tests of order regions: nothing is lost under any lock that excludes nor through a pipe; what is
 * lost otherwise is counted; a full log and a reader that dies.
 */
#include "order_region.h"

#include "region_suite.h"

enum { WORKERS = 3 };

static const int64_t window_ns = 20 * INT64_C(1000000);

/* Runs the job with the rest filled in. */
static int run(struct order_job job, const struct suite_mode *mode, const char *lock,
	struct order_result *result, struct error *error)
{
	struct region_result region;
	struct spec spec = suite_lock(mode->model ? mode->model : lock);
	struct workload load = { .kernel = &suite_kernel, .units = 1000 };
	struct placement *placement = suite_placement(PLACEMENT_CORE);
	struct signals signals;
	const struct limits limits = { SUITE_FOREVER_NS, &signals };
	assert_int_equal(signals_init(&signals, error), 0);
	job.team = mode->team;
	job.locks = mode->locks;
	job.lock = &spec;
	job.load = &load;
	job.placement = placement;
	job.workers = WORKERS;
	job.window_ns = job.window_ns ? job.window_ns : window_ns;
	int failed = order_region_run(&job, &limits, &region, result, error);
	signals_finish(&signals);
	placement_destroy(placement);
	suite_assert_nobody_left();
	return failed;
}

static void expect_all_kept(const struct suite_mode *mode, const char *lock)
{
	struct order_result result;
	struct error error = { "" };
	int failed = run((struct order_job){ .may_lose = false }, mode, lock, &result, &error);
	assert_string_equal(error.text, "");
	assert_int_equal(failed, 0);
	assert_int_equal(result.lost, 0);
	assert_int_equal(result.runs.marks, result.appended);
	assert_true(result.runs.runs > 0 && result.runs.runs <= result.runs.marks);
	assert_true(result.runs.p50 <= result.runs.p90 && result.runs.p90 <= result.runs.longest);
	assert_false(result.full);
}

static void test_nothing_is_lost_under_a_lock(void **unused)
{
	(void)unused;
	for (size_t i = 0; lockmodel_form(i); i++) {
		struct spec spec = suite_lock(lockmodel_form(i)->name);
		if (lockmodel_excludes(&spec)) {
			expect_all_kept(&suite_modes[SUITE_ONE_LOCK], spec.text);
		}
	}
}

static void test_nothing_is_lost_in_a_pipe(void **unused)
{
	(void)unused;
	expect_all_kept(&suite_modes[SUITE_PROCESSES], "cpython3");
}

static void test_free_threads(void **unused)
{
	(void)unused;
	struct order_result result;
	struct error error = { "" };
	int failed = run((struct order_job){ .may_lose = true }, &suite_modes[SUITE_NO_LOCK], NULL,
		&result, &error);
	assert_string_equal(error.text, "");
	assert_int_equal(failed, 0);
	assert_int_equal(result.runs.marks + result.lost, result.appended);
}

/* The workers end, however long the window is. */
static void test_a_full_log_ends_the_region(void **unused)
{
	(void)unused;
	struct order_result result;
	struct error error = { "" };
	struct order_job job = { .room = 1000, .window_ns = SUITE_FOREVER_NS };
	assert_int_equal(run(job, &suite_modes[SUITE_ONE_LOCK], "mutex", &result, &error), 0);
	assert_true(result.full);
	assert_int_equal(result.runs.marks, 1000);
	assert_int_equal(result.appended, 1000);
	assert_int_equal(
		run(job, &suite_modes[SUITE_PROCESSES], "mutex", &result, &error), -ECHILD);
	assert_string_equal(error.text, "the log of marks is full");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_nothing_is_lost_under_a_lock, suite_reset),
		cmocka_unit_test_setup(test_nothing_is_lost_in_a_pipe, suite_reset),
		cmocka_unit_test_setup(test_free_threads, suite_reset),
		cmocka_unit_test_setup(test_a_full_log_ends_the_region, suite_reset),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
