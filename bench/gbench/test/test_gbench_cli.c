/*
 * Tests of the command line of gbench.h: flags, the environment, help, the selection of rows and
 * the display. test_gbench_output.c is about the formats and files of the results.
 */
#include "gbench_scenario.h"

#include <stdlib.h>

static void test_plain_run(void **state)
{
	struct outcome outcome = scenario_run("two", NULL, NULL, NULL);
	(void)state;
	assert_int_equal(outcome.status, 0);
	assert_has(outcome.err, "out=none result=0 rows=2 failed=0 unwritten=none");
	assert_is_json(outcome.json);
	assert_has(outcome.out, "\nalpha ");
	assert_has(outcome.out, "binary=4");
	assert_has_not(outcome.out, "binary=4.096");
	assert_has(outcome.out, "decimal=4.096k");
	outcome_finish(&outcome);
}

static void test_help(void **state)
{
	char help[] = "--help";
	char out[] = "--benchmark_out=/nonexistent/file";
	struct outcome outcome = scenario_run("two", help, out, NULL);
	(void)state;
	assert_int_equal(outcome.status, 0);
	assert_int_equal(strncmp(outcome.out, "own help\n", strlen("own help\n")), 0);
	assert_has(outcome.out, "--benchmark_filter");
	assert_has_not(outcome.out, "alpha");
	outcome_finish(&outcome);
}

static void test_bad_flags(void **state)
{
	char flags[][64] = { "--frobnicate", "alpha", "--benchmark_repetitions=many",
		"--benchmark_format=pdf", "--benchmark_min_time=soon", "--benchmark_min_time=1h",
		"--benchmark_min_time=", "--benchmark_min_time=nan", "--benchmark_min_time=1.5x",
		"--benchmark_min_time=-1", "--benchmark_out_format=pdf" };
	(void)state;
	for (size_t i = 0; i < LENGTH(flags); i++) {
		struct outcome outcome = scenario_run("two", flags[i], NULL, NULL);
		assert_int_equal(outcome.status, 1);
		assert_has(outcome.err, "two: error: ");
		assert_has_not(outcome.err, "result=");
		outcome_finish(&outcome);
	}
}

/* With no least time, a single iteration suffices however slow the machine is. */
static void test_min_time(void **state)
{
	char flags[][64] = { "--benchmark_min_time=0s", "--benchmark_min_time=0" };
	(void)state;
	for (size_t i = 0; i < LENGTH(flags); i++) {
		struct outcome outcome = scenario_run("two", flags[i], NULL, NULL);
		assert_has(outcome.err, "result=0");
		assert_number(outcome.json, "alpha", "iterations", 1);
		assert_has_not(outcome.err, "suffix");
		assert_has_not(outcome.err, "expected");
		outcome_finish(&outcome);
	}
}

static void test_iterations_flag(void **state)
{
	char flag[] = "--benchmark_min_time=11x";
	struct outcome outcome = scenario_run("two", flag, NULL, NULL);
	int minor = 0;
	(void)state;
	assert_int_equal(sscanf(gbench_version(), "1.%d", &minor), 1);
	if (minor < 8) {
		assert_int_equal(outcome.status, 1);
		assert_has(outcome.err, "unrecognized command-line flag: --benchmark_min_time=11x");
	} else {
		assert_number(outcome.json, "alpha", "iterations", 11);
	}
	outcome_finish(&outcome);
}

static void test_filter(void **state)
{
	char some[] = "--benchmark_filter=^beta$";
	char none[] = "--benchmark_filter=gamma";
	struct outcome outcome = scenario_run("two", some, NULL, NULL);
	(void)state;
	assert_has(outcome.err, "result=0 rows=1 failed=0");
	assert_has_not(outcome.out, "alpha");
	outcome_finish(&outcome);
	outcome = scenario_run("two", none, NULL, NULL);
	assert_has(outcome.err, "result=-2 rows=0 failed=0 unwritten=none json=none");
	assert_string_equal(outcome.out, "");
	outcome_finish(&outcome);
}

static void test_list(void **state)
{
	char list[] = "--benchmark_list_tests";
	struct outcome outcome = scenario_run("two", list, NULL, NULL);
	(void)state;
	assert_string_equal(outcome.out, "alpha\nbeta\n");
	assert_has(outcome.err, "result=0 rows=0 failed=0 unwritten=none json=none");
	outcome_finish(&outcome);
}

static void test_hidden_rows(void **state)
{
	char repetitions[] = "--benchmark_repetitions=3";
	char display[] = "--benchmark_display_aggregates_only";
	char report[] = "--benchmark_report_aggregates_only=true";
	struct outcome outcome = scenario_run("two", repetitions, display, NULL);
	(void)state;
	assert_has(outcome.err, "result=0 rows=6 failed=0");
	assert_has(outcome.out, "\nalpha_mean ");
	assert_has_not(outcome.out, "\nalpha ");
	assert_int_equal(count_rows(outcome.json, "alpha"), 3);
	assert_int_equal(count_rows(outcome.json, "alpha_mean"), 1);
	outcome_finish(&outcome);
	setenv("BENCHMARK_DISPLAY_AGGREGATES_ONLY", "TRUE", 1);
	outcome = scenario_run("two", repetitions, NULL, NULL);
	unsetenv("BENCHMARK_DISPLAY_AGGREGATES_ONLY");
	assert_has(outcome.err, "result=0 rows=6 failed=0");
	assert_has_not(outcome.out, "\nalpha ");
	outcome_finish(&outcome);
	outcome = scenario_run("flaky", repetitions, report, NULL);
	assert_has(outcome.err, "result=0 rows=1 failed=1");
	assert_int_equal(count_rows(outcome.json, "flaky/iterations:1"), 0);
	assert_int_equal(count_rows(outcome.json, "flaky/iterations:1_mean"), 1);
	outcome_finish(&outcome);
}

static void test_context_flag(void **state)
{
	char context[] = "--benchmark_context=who=flag";
	char hide[] = "--benchmark_display_aggregates_only=1";
	struct outcome outcome = scenario_run("context", context, hide, NULL);
	(void)state;
	assert_string_equal(outcome.err, "added=-17");
	outcome_finish(&outcome);
	outcome = scenario_run("two", context, hide, NULL);
	assert_has(outcome.json, "\"who\": \"flag\"");
	outcome_finish(&outcome);
}

/* The JSON would have the key twice. */
static void test_context_flag_with_a_key_of_the_library(void **state)
{
	static const char *const keys[] = { "date", "host_name", "executable", "num_cpus",
		"mhz_per_cpu", "cpu_scaling_enabled", "caches", "load_avg", "library_build_type" };
	(void)state;
	for (size_t i = 0; i < LENGTH(keys); i++) {
		char flag[100];
		char expected[100];
		snprintf(flag, sizeof(flag), "--benchmark_context=who=me,%s=x", keys[i]);
		snprintf(expected, sizeof(expected), "itself writes the key '%s'; ", keys[i]);
		struct outcome outcome = scenario_run("two", flag, NULL, NULL);
		assert_has(outcome.err, expected);
		assert_string_equal(outcome.out, "");
		outcome_finish(&outcome);
	}
}

static void test_dry_run(void **state)
{
	char filter[] = "--benchmark_filter=alpha";
	char none[] = "--benchmark_filter=gamma";
	char list[] = "--benchmark_list_tests=true";
	char repetitions[] = "--benchmark_repetitions=3";
	const struct {
		char *flag;
		const char *expected;
	} runs[] = {
		{ NULL, "selected=2 alpha=1 beta=1" },
		{ filter, "selected=1 alpha=1 beta=0" },
		{ none, "selected=0 alpha=0 beta=0" },
		{ list, "selected=2 alpha=0 beta=0" },
		{ repetitions, "selected=2 alpha=1 beta=1" },
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(runs); i++) {
		struct outcome outcome = scenario_run("dry", runs[i].flag, NULL, NULL);
		assert_string_equal(outcome.out, "");
		assert_string_equal(outcome.err, runs[i].expected);
		outcome_finish(&outcome);
	}
}

static void test_no_color(void **state)
{
	char on[] = "--benchmark_color=yes";
	char automatic[] = "--benchmark_color=auto";
	char off[] = "--benchmark_color=false";
	const struct {
		const char *no_color;
		char *flag;
		const char *variable; /* BENCHMARK_COLOR */
		bool is_coloured;
	} cases[] = {
		{ "", NULL, "auto", true },
		{ "", off, "auto", false },
		{ "1", NULL, "auto", false },
		{ "1", automatic, "yes", false },
		{ "1", on, "auto", true },
		{ "1", NULL, "yes", true },
	};
	(void)state;
	setenv("TERM", "xterm", 1);
	setenv("SCENARIO_ON_TERMINAL", "yes", 1);
	for (size_t i = 0; i < LENGTH(cases); i++) {
		setenv("NO_COLOR", cases[i].no_color, 1);
		setenv("BENCHMARK_COLOR", cases[i].variable, 1);
		struct outcome outcome = scenario_run("two", cases[i].flag, NULL, NULL);
		assert_int_equal(strchr(outcome.out, '\033') != NULL, cases[i].is_coloured);
		outcome_finish(&outcome);
	}
	unsetenv("SCENARIO_ON_TERMINAL");
	unsetenv("NO_COLOR");
	unsetenv("BENCHMARK_COLOR");
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain_run),
		cmocka_unit_test(test_help),
		cmocka_unit_test(test_bad_flags),
		cmocka_unit_test(test_min_time),
		cmocka_unit_test(test_iterations_flag),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_hidden_rows),
		cmocka_unit_test(test_context_flag),
		cmocka_unit_test(test_context_flag_with_a_key_of_the_library),
		cmocka_unit_test(test_dry_run),
		cmocka_unit_test(test_no_color),
	};
	if (scenario_is_wanted(argv)) {
		return scenario_main(argc, argv);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
