/* Tests of gbench.h with rows that fail or are skipped; the set-up runs them together. */
#include "gbench_suite.h"

#include <stdlib.h>

struct suite {
	struct gbench_report report;
	int run_result;
	int twice_result;
	struct probe fail_first, fail_last, skip_first, skip_last, fail_and_skip;
};

/* --- benchmarks ----------------------------------------------------------------------------- */

static void fail_in_pause(struct gbench_state *state, void *user)
{
	(void)user;
	while (gbench_keep_running(state)) {
		gbench_pause_timing(state);
		gbench_fail(state, "failed in \"pause\"");
		gbench_fail(state, "failed twice");
		gbench_resume_timing(state);
	}
}

static void fail_after_loop(struct gbench_state *state, void *user)
{
	(void)user;
	while (gbench_keep_running(state)) {
		GBENCH_CLOBBER();
	}
	gbench_fail(state, "failed after the loop");
}

static void fail_before_native(struct gbench_state *state, void *user)
{
	(void)user;
	gbench_fail(state, "failed before the native loop");
	gbench_run_native_loop(state);
}

static void return_early(struct gbench_state *state, void *user)
{
	(void)user;
	gbench_keep_running(state);
}

static void never_enter(struct gbench_state *state, void *user)
{
	(void)state;
	(void)user;
}

/* --- the run -------------------------------------------------------------------------------- */

static void add_all(struct suite *suite)
{
	suite->fail_first = (struct probe){ .failing_call = 1 };
	suite->fail_last = (struct probe){ .failing_call = 3, .batch = 100 };
	suite->skip_first = (struct probe){ .skipping_call = 1 };
	suite->skip_last = (struct probe){ .skipping_call = 3, .batch = 100 };
	suite->fail_and_skip = (struct probe){ .failing_call = 1, .skipping_call = 1 };
	add("fail_in_pause", fail_in_pause, NULL, 3);
	add("fail_after_loop", fail_after_loop, NULL, 3);
	add("fail_before_native", fail_before_native, NULL, 3);
	add("return_early", return_early, NULL, 3);
	add("never_enter", never_enter, NULL, 0);
	gbench_set_repetitions(add("fail_and_skip", run_probe, &suite->fail_and_skip, 1), 2);
	gbench_set_repetitions(add("fail_first", run_probe, &suite->fail_first, 0), 3);
	gbench_set_repetitions(add("fail_last", run_probe, &suite->fail_last, 1050), 3);
	gbench_set_repetitions(add("skip_first", run_probe, &suite->skip_first, 2), 3);
	gbench_set_repetitions(add("skip_last", run_probe, &suite->skip_last, 1050), 3);
}

static int set_up(void **state)
{
	struct suite *suite = calloc(1, sizeof(*suite));
	int argc = 0;
	*state = suite;
	initialize();
	suite->twice_result = gbench_initialize(&argc, NULL, NULL);
	add_all(suite);
	suite->run_result = run_quietly(&suite->report);
	return 0;
}

static int tear_down(void **state)
{
	struct suite *suite = *state;
	gbench_report_finish(&suite->report);
	gbench_shutdown();
	free(suite);
	return 0;
}

static void assert_failed(const struct suite *suite, const char *row, const char *reason)
{
	assert_value(suite->report.json, row, "error_occurred", "true");
	assert_value(suite->report.json, row, "error_message", reason);
}

/* --- tests ---------------------------------------------------------------------------------- */

static void test_report(void **state)
{
	const struct suite *suite = *state;
	assert_int_equal(suite->run_result, 0);
	assert_int_equal(suite->twice_result, -EALREADY);
	assert_int_equal(suite->report.rows, 5 + 2 + 4 * 3);
	assert_int_equal(suite->report.failed, 5 + 2 + 3 + 1);
	assert_looks_like_json(suite->report.json);
}

static void test_failed(void **state)
{
	const struct suite *suite = *state;
	assert_failed(suite, "fail_in_pause/iterations:3", "\"failed in \\\"pause\\\"\"");
	assert_failed(suite, "fail_after_loop/iterations:3", "\"failed after the loop\"");
	assert_failed(suite, "fail_before_native/iterations:3", "\"failed before the native");
	assert_failed(suite, "fail_and_skip/iterations:1/repeats:2", "\"failed on request\"");
}

static void test_unfinished(void **state)
{
	const struct suite *suite = *state;
	assert_failed(suite, "return_early/iterations:3", "\"returned before its loop ended\"");
	assert_failed(suite, "never_enter", "\"returned before its loop ended\"");
}

static void test_failed_first_repetition(void **state)
{
	const struct suite *suite = *state;
	assert_int_equal(suite->fail_first.calls, 1);
	assert_int_equal(suite->fail_first.turns, 0);
	assert_int_equal(count_rows(suite->report.json, "fail_first/repeats:3"), 3);
	assert_int_equal(count_rows(suite->report.json, "fail_first/repeats:3_mean"), 0);
	assert_failed(suite, "fail_first/repeats:3", "\"failed on request\"");
}

static void test_failed_last_repetition(void **state)
{
	const struct suite *suite = *state;
	const char *row = "fail_last/iterations:1050/repeats:3";
	assert_int_equal(suite->fail_last.calls, 3);
	assert_int_equal(count_rows(suite->report.json, row), 3);
	assert_null(value_of(suite->report.json, row, "error_occurred"));
	assert_number(suite->report.json, row, "iterations", 1100);
	assert_int_equal(
		count_rows(suite->report.json, "fail_last/iterations:1050/repeats:3_mean"), 1);
}

static void test_skipped(void **state)
{
	const struct suite *suite = *state;
	const char *json = suite->report.json;
	const char *row = "skip_first/iterations:2/repeats:3";
	const bool is_distinguished = value_of(json, row, "skipped") != NULL;
	assert_int_equal(suite->skip_first.calls, 1);
	assert_int_equal(suite->skip_last.calls, 3);
	assert_int_equal(count_rows(json, row), 3);
	assert_int_equal(count_rows(json, "skip_last/iterations:1050/repeats:3_mean"), 1);
	if (is_distinguished) {
		assert_null(value_of(json, row, "error_occurred"));
		assert_value(json, row, "skip_message", "\"skipped on request\"");
	} else {
		assert_failed(suite, row, "\"skipped: skipped on request\"");
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_failed),
		cmocka_unit_test(test_unfinished),
		cmocka_unit_test(test_failed_first_repetition),
		cmocka_unit_test(test_failed_last_repetition),
		cmocka_unit_test(test_skipped),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
