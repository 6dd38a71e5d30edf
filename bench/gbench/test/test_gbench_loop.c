/*
 * Tests of the loop of a benchmark function: its number of iterations, what ends it, and what may
 * be called inside and around it. The set-up runs all benchmarks; the tests check the
 * records.
 */
#include "gbench_suite.h"

#include <stdlib.h>

enum { ITERATIONS = 10, STOP = 4 };

/* What a benchmark function records. */
struct notes {
	int64_t turns;     /* iterations of the loop */
	bool is_counted;   /* gbench_iterations() was right in each of them */
	bool is_restarted; /* the loop went on after its end */
};

struct suite {
	struct gbench_report report;
	struct notes whole, failing, skipping, restarted, leaving, pausing, invalid[3];
};

/* --- benchmarks ----------------------------------------------------------------------------- */

static void count_turns(struct gbench_state *state, void *user)
{
	struct notes *notes = user;
	notes->is_counted = gbench_iterations(state) == 0;
	while (gbench_keep_running(state)) {
		notes->turns++;
		notes->is_counted = notes->is_counted && gbench_iterations(state) == notes->turns;
	}
}

static void fail_in_loop(struct gbench_state *state, void *user)
{
	struct notes *notes = user;
	while (gbench_keep_running(state)) {
		if (++notes->turns == STOP) {
			gbench_fail(state, "failed in the loop");
		}
	}
}

static void skip_in_loop(struct gbench_state *state, void *user)
{
	struct notes *notes = user;
	while (gbench_keep_running(state)) {
		if (++notes->turns == STOP) {
			gbench_skip(state, "skipped in the loop");
		}
	}
}

static void restart_loop(struct gbench_state *state, void *user)
{
	struct notes *notes = user;
	count_turns(state, user);
	notes->is_restarted = gbench_keep_running(state) || gbench_keep_running_batch(state, 2);
	gbench_run_native_loop(state);
}

/* Returns in the last iteration: all are done, but the clock still runs. */
static void leave_in_last_turn(struct gbench_state *state, void *user)
{
	struct notes *notes = user;
	while (gbench_keep_running(state) && ++notes->turns < ITERATIONS) {
		GBENCH_CLOBBER();
	}
}

static void pause_oddly(struct gbench_state *state, void *user)
{
	struct notes *notes = user;
	gbench_pause_timing(state);
	gbench_resume_timing(state);
	while (gbench_keep_running(state)) {
		notes->turns++;
		gbench_resume_timing(state);
		gbench_pause_timing(state);
		gbench_pause_timing(state);
	}
	gbench_resume_timing(state);
	gbench_pause_timing(state);
}

static const double invalid_times[] = { NAN, INFINITY, -1 };

static void set_invalid_time(struct gbench_state *state, void *user)
{
	struct notes *notes = user;
	while (gbench_keep_running(state)) {
		notes->turns++;
		gbench_set_iteration_time(state, invalid_times[gbench_range(state, 0)]);
	}
}

static void take_no_time(struct gbench_state *state, void *user)
{
	(void)user;
	while (gbench_keep_running(state)) {
		gbench_set_iteration_time(state, 0);
	}
	gbench_set_counter(state, "infinite", 1, GBENCH_COUNTER_RATE, GBENCH_1K_IS_1000);
	gbench_set_counter(state, "finite", 1, GBENCH_COUNTER_DEFAULT, GBENCH_1K_IS_1000);
}

static void take_forever(struct gbench_state *state, void *user)
{
	(void)user;
	while (gbench_keep_running(state)) {
		gbench_set_iteration_time(state, 1e308);
	}
}

/* --- the run -------------------------------------------------------------------------------- */

static int set_up(void **state)
{
	struct suite *suite = calloc(1, sizeof(*suite));
	*state = suite;
	initialize();
	add("whole", count_turns, &suite->whole, ITERATIONS);
	add("failing", fail_in_loop, &suite->failing, ITERATIONS);
	add("skipping", skip_in_loop, &suite->skipping, ITERATIONS);
	add("restarted", restart_loop, &suite->restarted, ITERATIONS);
	add("leaving", leave_in_last_turn, &suite->leaving, ITERATIONS);
	add("pausing", pause_oddly, &suite->pausing, ITERATIONS);
	for (size_t i = 0; i < LENGTH(invalid_times); i++) {
		struct gbench_benchmark *benchmark =
			add("invalid", set_invalid_time, &suite->invalid[i], ITERATIONS);
		gbench_arg(benchmark, (int64_t)i);
		gbench_use_manual_time(benchmark);
	}
	gbench_use_manual_time(add("no_time", take_no_time, NULL, 2));
	gbench_use_manual_time(add("forever", take_forever, NULL, 2));
	assert_int_equal(run_quietly(&suite->report), 0);
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

/* --- tests ---------------------------------------------------------------------------------- */

static void test_report(void **state)
{
	const struct suite *suite = *state;
	assert_int_equal(suite->report.rows, 11);
	assert_int_equal(suite->report.failed, 2 + LENGTH(invalid_times));
	assert_looks_like_json(suite->report.json);
}

static void test_count(void **state)
{
	const struct suite *suite = *state;
	assert_int_equal(suite->whole.turns, ITERATIONS);
	assert_true(suite->whole.is_counted);
	assert_number(suite->report.json, "whole/iterations:10", "iterations", ITERATIONS);
}

/* The loop stops at once, although all its iterations were handed out at the start. */
static void test_stop(void **state)
{
	const struct suite *suite = *state;
	const char *reason = value_of(suite->report.json, "failing/iterations:10", "error_message");
	assert_int_equal(suite->failing.turns, STOP);
	assert_int_equal(suite->skipping.turns, STOP);
	assert_non_null(reason);
	assert_int_equal(strncmp(reason, "\"failed in the loop\"", 20), 0);
}

static void test_restart(void **state)
{
	const struct suite *suite = *state;
	assert_int_equal(suite->restarted.turns, ITERATIONS);
	assert_false(suite->restarted.is_restarted);
	assert_number(suite->report.json, "restarted/iterations:10", "iterations", ITERATIONS);
}

static void test_leave(void **state)
{
	const struct suite *suite = *state;
	assert_int_equal(suite->leaving.turns, ITERATIONS);
	assert_value(suite->report.json, "leaving/iterations:10", "error_message",
		"\"returned before its loop ended\"");
}

static void test_pause(void **state)
{
	const struct suite *suite = *state;
	assert_int_equal(suite->pausing.turns, ITERATIONS);
	assert_number(suite->report.json, "pausing/iterations:10", "iterations", ITERATIONS);
}

static void test_invalid_times(void **state)
{
	const struct suite *suite = *state;
	for (size_t i = 0; i < LENGTH(invalid_times); i++) {
		char row[64];
		snprintf(row, sizeof(row), "invalid/%zu/iterations:10/manual_time", i);
		assert_int_equal(suite->invalid[i].turns, 1);
		assert_value(
			suite->report.json, row, "error_message", "\"invalid iteration time\"");
	}
}

/* JSON has no infinity. */
static void test_infinity(void **state)
{
	const char *json = ((struct suite *)*state)->report.json;
	assert_null(value_of(json, "no_time/iterations:2/manual_time", "infinite"));
	assert_number(json, "no_time/iterations:2/manual_time", "finite", 1);
	assert_true(number(json, "forever/iterations:2/manual_time", "real_time") > 1e300);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report),
		cmocka_unit_test(test_count),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_leave),
		cmocka_unit_test(test_pause),
		cmocka_unit_test(test_invalid_times),
		cmocka_unit_test(test_infinity),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
