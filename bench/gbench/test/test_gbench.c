/*
 * Tests of gbench.h with rows that succeed. The set-up registers benchmarks of every kind and runs
 * them together; each test then checks the results and what the benchmark functions recorded.
 * test_gbench_bad.c is about rows that fail, test_gbench_loop.c about the loop, test_gbench_cli.c
 * about flags, and test_gbench_output.c about formats and files.
 */
#include "gbench_suite.h"

#include <stdlib.h>
#include <time.h>

struct suite {
	struct gbench_report report;
	int run_result;
	int context_results[3];
	int refused_results[3];
	struct probe single, batched, overshooting, native, repeated;
	clock_t paused;
};

/* --- benchmarks ----------------------------------------------------------------------------- */

static void run_empty_loop(struct gbench_state *state, void *user)
{
	(void)user;
	while (gbench_keep_running(state)) {
		GBENCH_CLOBBER();
	}
}

static void run_native(struct gbench_state *state, void *user)
{
	struct probe *probe = user;
	gbench_run_native_loop(state);
	probe->iterations = gbench_iterations(state);
}

static void show_args(struct gbench_state *state, void *user)
{
	static const char *const names[] = { "first", "second", "third" };
	run_empty_loop(state, user);
	for (size_t i = 0; i < LENGTH(names); i++) {
		const double arg = (double)gbench_range(state, i);
		gbench_set_counter(state, names[i], arg, 0, GBENCH_1K_IS_1000);
	}
}

/* The expected results of the value 10 after four iterations of 0.5 s with one thread. */
static const struct {
	const char *name;
	unsigned flags;
	double expected;
} counters[] = {
	{ "plain", GBENCH_COUNTER_DEFAULT, 10 },
	{ "rate", GBENCH_COUNTER_RATE, 5 },
	{ "per_thread", GBENCH_COUNTER_AVG_THREADS, 10 },
	{ "invariant", GBENCH_COUNTER_ITERATION_INVARIANT, 40 },
	{ "per_iteration", GBENCH_COUNTER_AVG_ITERATIONS, 2.5 },
	{ "inverted", GBENCH_COUNTER_INVERT, 0.1 },
	{ "invariant_rate", GBENCH_COUNTER_ITERATION_INVARIANT | GBENCH_COUNTER_RATE, 20 },
	{ "inverted_rate", GBENCH_COUNTER_INVERT | GBENCH_COUNTER_RATE, 0.2 },
};

static void set_all_counters(struct gbench_state *state, void *user)
{
	(void)user;
	while (gbench_keep_running(state)) {
		gbench_set_iteration_time(state, 0.5);
	}
	for (size_t i = 0; i < LENGTH(counters); i++) {
		gbench_set_counter(
			state, counters[i].name, 10, counters[i].flags, GBENCH_1K_IS_1000);
	}
	gbench_set_bytes_processed(state, 4096);
	gbench_set_items_processed(state, 64);
	gbench_set_label(state, "a label");
}

static void set_bad_counters(struct gbench_state *state, void *user)
{
	struct suite *suite = user;
	int *results = suite->refused_results;
	run_empty_loop(state, user);
	results[0] = gbench_set_counter(state, "bad", NAN, 0, GBENCH_1K_IS_1000);
	results[1] = gbench_set_counter(state, "bad", -INFINITY, 0, GBENCH_1K_IS_1000);
	results[2] = gbench_set_counter(state, "bad", 0, GBENCH_COUNTER_INVERT, GBENCH_1K_IS_1000);
}

/* Returns the CPU time spent, at least `least`; both in clock ticks. */
static clock_t spend_cpu_time(clock_t least)
{
	const clock_t start = clock();
	clock_t spent = 0;
	while (spent < least) {
		spent = clock() - start;
	}
	return spent;
}

static void work_in_pause(struct gbench_state *state, void *user)
{
	clock_t *paused = user;
	while (gbench_keep_running(state)) {
		gbench_pause_timing(state);
		*paused = spend_cpu_time(CLOCKS_PER_SEC / 20);
		gbench_resume_timing(state);
	}
}

/* --- the run -------------------------------------------------------------------------------- */

static void add_args(void)
{
	static const char *const names[] = { "size", "ways" };
	static const int64_t small[] = { 8, 2 };
	static const int64_t negative[] = { -64, 4 };
	struct gbench_benchmark *benchmark = add("args", show_args, NULL, 1);
	gbench_args(benchmark, small, LENGTH(small));
	gbench_args(benchmark, negative, LENGTH(negative));
	gbench_arg_names(benchmark, names, LENGTH(names));
	benchmark = add("arg", show_args, NULL, 1);
	gbench_arg(benchmark, 3);
	gbench_arg(benchmark, 5);
}

static void add_times(struct suite *suite)
{
	gbench_set_unit(add("unit_ns", run_empty_loop, NULL, 1), GBENCH_NANOSECOND);
	gbench_set_unit(add("unit_us", run_empty_loop, NULL, 1), GBENCH_MICROSECOND);
	gbench_set_unit(add("unit_ms", run_empty_loop, NULL, 1), GBENCH_MILLISECOND);
	gbench_set_min_time(add("searched", run_empty_loop, NULL, 0), 0.002);
	gbench_use_real_time(add("real", run_empty_loop, NULL, 1));
	gbench_measure_process_cpu_time(add("process", run_empty_loop, NULL, 1));
	add("pause", work_in_pause, &suite->paused, 1);
	struct gbench_benchmark *manual = add("manual", set_all_counters, NULL, 4);
	gbench_use_manual_time(manual);
	gbench_set_unit(manual, GBENCH_SECOND);
}

static void add_loops(struct suite *suite)
{
	suite->batched.batch = 100;
	suite->overshooting.batch = 100;
	add("single", run_probe, &suite->single, 7);
	add("batched", run_probe, &suite->batched, 1000);
	add("overshooting", run_probe, &suite->overshooting, 1050);
	add("native", run_native, &suite->native, 12345);
	add("refused", set_bad_counters, suite, 1);
	gbench_set_repetitions(add("repeated", run_probe, &suite->repeated, 2), 3);
}

static int set_up(void **state)
{
	struct suite *suite = calloc(1, sizeof(*suite));
	*state = suite;
	initialize();
	suite->context_results[0] = gbench_add_context("kernel", "a \"quoted\" one");
	suite->context_results[1] = gbench_add_context("kernel", "another");
	suite->context_results[2] = gbench_add_context("machine", "this");
	add_args();
	add_times(suite);
	add_loops(suite);
	suite->run_result = run_quietly(&suite->report);
	return 0;
}

static int tear_down(void **state)
{
	struct suite *suite = *state;
	gbench_report_finish(&suite->report);
	gbench_report_finish(&suite->report);
	assert_null(suite->report.json);
	gbench_shutdown();
	free(suite);
	return 0;
}

/* --- tests ---------------------------------------------------------------------------------- */

static void test_report(void **state)
{
	const struct suite *suite = *state;
	assert_int_equal(suite->run_result, 0);
	assert_int_equal(suite->report.rows, 4 + 8 + 5 + 3);
	assert_int_equal(suite->report.failed, 0);
	assert_looks_like_json(suite->report.json);
}

static void test_context(void **state)
{
	const struct suite *suite = *state;
	assert_int_equal(suite->context_results[0], 0);
	assert_int_equal(suite->context_results[1], -EEXIST);
	assert_int_equal(suite->context_results[2], 0);
	assert_non_null(strstr(suite->report.json, "\"kernel\": \"a \\\"quoted\\\" one\""));
	assert_non_null(strstr(suite->report.json, "\"machine\": \"this\""));
	assert_null(strstr(suite->report.json, "another"));
}

static void test_version(void **state)
{
	int major = 0;
	int minor = 0;
	(void)state;
	assert_int_equal(sscanf(gbench_version(), "%d.%d.", &major, &minor), 2);
	assert_true(major > 1 || minor >= 7);
}

static void test_args(void **state)
{
	const char *json = ((struct suite *)*state)->report.json;
	assert_number(json, "args/size:8/ways:2/iterations:1", "first", 8);
	assert_number(json, "args/size:8/ways:2/iterations:1", "second", 2);
	assert_number(json, "args/size:8/ways:2/iterations:1", "third", 0);
	assert_number(json, "args/size:-64/ways:4/iterations:1", "first", -64);
	assert_number(json, "arg/3/iterations:1", "first", 3);
	assert_number(json, "arg/5/iterations:1", "first", 5);
	assert_number(json, "arg/5/iterations:1", "second", 0);
}

static void test_units(void **state)
{
	const char *json = ((struct suite *)*state)->report.json;
	assert_value(json, "unit_ns/iterations:1", "time_unit", "\"ns\"");
	assert_value(json, "unit_us/iterations:1", "time_unit", "\"us\"");
	assert_value(json, "unit_ms/iterations:1", "time_unit", "\"ms\"");
	assert_value(json, "manual/iterations:4/manual_time", "time_unit", "\"s\"");
}

static void test_iterations(void **state)
{
	const struct suite *suite = *state;
	const char *json = suite->report.json;
	assert_int_equal(suite->single.turns, 7);
	assert_int_equal(suite->single.iterations, 7);
	assert_number(json, "single/iterations:7", "iterations", 7);
	assert_int_equal(suite->batched.turns, 10);
	assert_int_equal(suite->batched.iterations, 1000);
	assert_int_equal(suite->overshooting.turns, 11);
	assert_int_equal(suite->overshooting.iterations, 1100);
	assert_number(json, "overshooting/iterations:1050", "iterations", 1100);
	assert_int_equal(suite->native.iterations, 12345);
	assert_number(json, "native/iterations:12345", "iterations", 12345);
}

static void test_min_time(void **state)
{
	const char *json = ((struct suite *)*state)->report.json;
	assert_int_equal(count_rows(json, "searched/min_time:0.002"), 1);
}

static void test_clocks(void **state)
{
	const char *json = ((struct suite *)*state)->report.json;
	assert_int_equal(count_rows(json, "real/iterations:1/real_time"), 1);
	assert_int_equal(count_rows(json, "process/iterations:1/process_time"), 1);
	assert_number(json, "manual/iterations:4/manual_time", "real_time", 0.5);
}

static void test_pause(void **state)
{
	const struct suite *suite = *state;
	const double paused = (double)suite->paused / CLOCKS_PER_SEC * 1e9;
	assert_true(number(suite->report.json, "pause/iterations:1", "cpu_time") < paused);
}

static void test_counters(void **state)
{
	const char *json = ((struct suite *)*state)->report.json;
	const char *row = "manual/iterations:4/manual_time";
	for (size_t i = 0; i < LENGTH(counters); i++) {
		assert_number(json, row, counters[i].name, counters[i].expected);
	}
	assert_number(json, row, "bytes_per_second", 2048);
	assert_number(json, row, "items_per_second", 32);
	assert_value(json, row, "label", "\"a label\"");
}

static void test_refused_counters(void **state)
{
	const struct suite *suite = *state;
	for (size_t i = 0; i < LENGTH(suite->refused_results); i++) {
		assert_int_equal(suite->refused_results[i], -EINVAL);
	}
	assert_null(value_of(suite->report.json, "refused/iterations:1", "bad"));
}

static void test_repetitions(void **state)
{
	const struct suite *suite = *state;
	const char *json = suite->report.json;
	assert_int_equal(suite->repeated.calls, 3);
	assert_int_equal(count_rows(json, "repeated/iterations:2/repeats:3"), 3);
	assert_int_equal(count_rows(json, "repeated/iterations:2/repeats:3_median"), 1);
	/* 1.7 alone would report NaN. */
	assert_number(json, "repeated/iterations:2/repeats:3_cv", "zero", 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_context),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_args),
		cmocka_unit_test(test_units),
		cmocka_unit_test(test_iterations),
		cmocka_unit_test(test_min_time),
		cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_counters),
		cmocka_unit_test(test_refused_counters),
		cmocka_unit_test(test_repetitions),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
