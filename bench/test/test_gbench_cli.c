/*
 * Tests of gbench.h as a program on a command line: flags, help, files, and what gets printed.
 * Google Benchmark takes its flags once per process, so each test runs this very program again,
 * with the name of a scenario as argv[0] of the benchmark program that it then is.
 */
#include "gbench_suite.h"

#include <stdlib.h>
#include <sys/wait.h>

/* What a run of a scenario came to. */
struct outcome {
	int status;
	char *out;
	char *err;
	const char *json; /* in err */
};

/* --- scenarios ------------------------------------------------------------------------------ */

static void print_our_help(void)
{
	puts("our help");
}

static void count_thousands(struct gbench_state *state, void *user)
{
	(void)user;
	while (gbench_keep_running(state)) {
		GBENCH_CLOBBER();
	}
	gbench_set_counter(state, "decimal", 4096, GBENCH_COUNTER_DEFAULT, GBENCH_1K_IS_1000);
	gbench_set_counter(state, "binary", 4096, GBENCH_COUNTER_DEFAULT, GBENCH_1K_IS_1024);
}

/* Runs everything; the report goes to standard error, apart from the table. */
static int run_and_tell(void)
{
	struct gbench_report report;
	const int result = gbench_run(&report);
	fprintf(stderr, "\nresult=%d rows=%zu failed=%zu json=%s", result, report.rows,
		report.failed, report.json != NULL ? report.json : "none");
	gbench_report_finish(&report);
	gbench_shutdown();
	return 0;
}

static int run_two(int argc, char **argv)
{
	struct probe alpha = { 0 };
	if (gbench_initialize(&argc, argv, print_our_help) != 0 ||
		gbench_report_unrecognized(argc, argv)) {
		return 1;
	}
	gbench_register("alpha", run_probe, &alpha);
	gbench_register("beta", count_thousands, NULL);
	return run_and_tell();
}

static int run_onto_full_disk(int argc, char **argv)
{
	return freopen("/dev/full", "w", stdout) != NULL ? run_two(argc, argv) : 1;
}

static int run_flaky(int argc, char **argv)
{
	struct probe flaky = { .failing_call = 3 };
	gbench_initialize(&argc, argv, NULL);
	gbench_set_iterations(gbench_register("flaky", run_probe, &flaky), 1);
	return run_and_tell();
}

/* With an argument left over, it runs them, too. */
static int call_roll(int argc, char **argv)
{
	struct probe alpha = { .skipping_call = 1 };
	struct probe beta = { .skipping_call = 1 };
	gbench_initialize(&argc, argv, NULL);
	gbench_register("alpha", run_probe, &alpha);
	gbench_register("beta", run_probe, &beta);
	const long selected = gbench_roll_call();
	fprintf(stderr, "selected=%ld alpha=%d beta=%d", selected, alpha.calls, beta.calls);
	return argc > 1 ? run_and_tell() : 0;
}

static int add_context(int argc, char **argv)
{
	gbench_initialize(&argc, argv, NULL);
	fprintf(stderr, "added=%d", gbench_add_context("who", "the program"));
	return 0;
}

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
} scenarios[] = {
	{ "two", run_two },
	{ "full-disk", run_onto_full_disk },
	{ "flaky", run_flaky },
	{ "roll", call_roll },
	{ "context", add_context },
};

/* --- running them --------------------------------------------------------------------------- */

static char *read_all(FILE *file)
{
	const size_t size = 1 << 20;
	char *text = calloc(1, size);
	rewind(file);
	const size_t length = fread(text, 1, size - 1, file);
	fclose(file);
	assert_true(length < size - 1);
	return text;
}

/* Up to three arguments; NULL for none. */
static struct outcome spawn(const char *scenario, char *first, char *second, char *third)
{
	char mark[] = "--scenario";
	char min_time[] = "--benchmark_min_time=0.001s";
	char *name = strdup(scenario);
	char *argv[] = { mark, name, min_time, first, second, third, NULL };
	FILE *out = tmpfile();
	FILE *err = tmpfile();
	int status = 0;
	const pid_t child = fork();
	if (child == 0) {
		dup2(fileno(out), STDOUT_FILENO);
		dup2(fileno(err), STDERR_FILENO);
		execv("/proc/self/exe", argv);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	free(name);
	struct outcome outcome = { .status = WEXITSTATUS(status) };
	outcome.out = read_all(out);
	outcome.err = read_all(err);
	outcome.json = strstr(outcome.err, "json={");
	outcome.json = outcome.json != NULL ? outcome.json + strlen("json=") : NULL;
	return outcome;
}

static void forget(struct outcome *outcome)
{
	free(outcome->out);
	free(outcome->err);
}

/* --- tests ---------------------------------------------------------------------------------- */

static void test_plain_run(void **state)
{
	struct outcome outcome = spawn("two", NULL, NULL, NULL);
	(void)state;
	assert_int_equal(outcome.status, 0);
	assert_has(outcome.err, "result=0 rows=2 failed=0");
	assert_looks_like_json(outcome.json);
	assert_has(outcome.out, "\nalpha ");
	assert_has(outcome.out, "binary=4");
	assert_has_not(outcome.out, "binary=4.096");
	assert_has(outcome.out, "decimal=4.096k");
	forget(&outcome);
}

static void test_help(void **state)
{
	char help[] = "--help";
	struct outcome outcome = spawn("two", help, NULL, NULL);
	(void)state;
	assert_int_equal(outcome.status, 0);
	assert_int_equal(strncmp(outcome.out, "our help\n", strlen("our help\n")), 0);
	assert_has(outcome.out, "--benchmark_filter");
	assert_has_not(outcome.out, "alpha");
	forget(&outcome);
}

static void test_bad_flags(void **state)
{
	char flags[][64] = { "--frobnicate", "alpha", "--benchmark_repetitions=many",
		"--benchmark_format=pdf", "--benchmark_min_time=soon", "--benchmark_min_time=1h",
		"--benchmark_min_time=", "--benchmark_min_time=nan", "--benchmark_min_time=1.5x",
		"--benchmark_min_time=-1" };
	(void)state;
	for (size_t i = 0; i < LENGTH(flags); i++) {
		struct outcome outcome = spawn("two", flags[i], NULL, NULL);
		assert_int_equal(outcome.status, 1);
		assert_has(outcome.err, "two: error: ");
		assert_has_not(outcome.err, "result=");
		forget(&outcome);
	}
}

static void test_min_time(void **state)
{
	char flags[][64] = { "--benchmark_min_time=0.002s", "--benchmark_min_time=0.002" };
	(void)state;
	for (size_t i = 0; i < LENGTH(flags); i++) {
		struct outcome outcome = spawn("two", flags[i], NULL, NULL);
		assert_has(outcome.err, "result=0");
		assert_true(number(outcome.json, "alpha", "iterations") > 1);
		assert_has_not(outcome.err, "suffix");
		assert_has_not(outcome.err, "expected");
		forget(&outcome);
	}
}

static void test_iterations_flag(void **state)
{
	char flag[] = "--benchmark_min_time=11x";
	struct outcome outcome = spawn("two", flag, NULL, NULL);
	int minor = 0;
	(void)state;
	assert_int_equal(sscanf(gbench_version(), "1.%d", &minor), 1);
	if (minor < 8) {
		assert_int_equal(outcome.status, 1);
		assert_has(outcome.err, "unrecognized command-line flag: --benchmark_min_time=11x");
	} else {
		assert_number(outcome.json, "alpha", "iterations", 11);
	}
	forget(&outcome);
}

static void test_filter(void **state)
{
	char some[] = "--benchmark_filter=^beta$";
	char none[] = "--benchmark_filter=gamma";
	struct outcome outcome = spawn("two", some, NULL, NULL);
	(void)state;
	assert_has(outcome.err, "result=0 rows=1 failed=0");
	assert_has_not(outcome.out, "alpha");
	forget(&outcome);
	outcome = spawn("two", none, NULL, NULL);
	assert_has(outcome.err, "result=-2 rows=0 failed=0 json=none");
	assert_string_equal(outcome.out, "");
	forget(&outcome);
}

static void test_list(void **state)
{
	char list[] = "--benchmark_list_tests";
	struct outcome outcome = spawn("two", list, NULL, NULL);
	(void)state;
	assert_string_equal(outcome.out, "alpha\nbeta\n");
	assert_has(outcome.err, "result=0 rows=0 failed=0 json=none");
	forget(&outcome);
}

static void test_json_display(void **state)
{
	char format[] = "--benchmark_format=json";
	struct outcome outcome = spawn("two", format, NULL, NULL);
	(void)state;
	assert_looks_like_json(outcome.out);
	assert_same_rows(outcome.out, outcome.json);
	forget(&outcome);
}

static void test_full_disk(void **state)
{
	struct outcome outcome = spawn("full-disk", NULL, NULL, NULL);
	(void)state;
	assert_has(outcome.err, "result=-5 rows=2 failed=0");
	assert_looks_like_json(outcome.json);
	forget(&outcome);
}

static void test_hidden_rows(void **state)
{
	char repetitions[] = "--benchmark_repetitions=3";
	char display[] = "--benchmark_display_aggregates_only";
	char report[] = "--benchmark_report_aggregates_only=true";
	char on[] = "TRUE";
	struct outcome outcome = spawn("two", repetitions, display, NULL);
	(void)state;
	assert_has(outcome.err, "result=0 rows=6 failed=0");
	assert_has(outcome.out, "\nalpha_mean ");
	assert_has_not(outcome.out, "\nalpha ");
	assert_int_equal(count_rows(outcome.json, "alpha"), 3);
	assert_int_equal(count_rows(outcome.json, "alpha_mean"), 1);
	forget(&outcome);
	setenv("BENCHMARK_DISPLAY_AGGREGATES_ONLY", on, 1);
	outcome = spawn("two", repetitions, NULL, NULL);
	unsetenv("BENCHMARK_DISPLAY_AGGREGATES_ONLY");
	assert_has(outcome.err, "result=0 rows=6 failed=0");
	assert_has_not(outcome.out, "\nalpha ");
	forget(&outcome);
	outcome = spawn("flaky", repetitions, report, NULL);
	assert_has(outcome.err, "result=0 rows=1 failed=1");
	assert_int_equal(count_rows(outcome.json, "flaky/iterations:1"), 0);
	assert_int_equal(count_rows(outcome.json, "flaky/iterations:1_mean"), 1);
	forget(&outcome);
}

static void test_context_flag(void **state)
{
	char context[] = "--benchmark_context=who=flag";
	char hide[] = "--benchmark_display_aggregates_only=1";
	struct outcome outcome = spawn("context", context, hide, NULL);
	(void)state;
	assert_string_equal(outcome.err, "added=-17");
	forget(&outcome);
	outcome = spawn("two", context, hide, NULL);
	assert_has(outcome.json, "\"who\": \"flag\"");
	forget(&outcome);
}

static void test_roll_call(void **state)
{
	char filter[] = "--benchmark_filter=alpha";
	char none[] = "--benchmark_filter=gamma";
	char list[] = "--benchmark_list_tests=true";
	char repetitions[] = "--benchmark_repetitions=3";
	const struct {
		char *flag;
		const char *expected;
	} rolls[] = {
		{ NULL, "selected=2 alpha=1 beta=1" },
		{ filter, "selected=1 alpha=1 beta=0" },
		{ none, "selected=0 alpha=0 beta=0" },
		{ list, "selected=2 alpha=0 beta=0" },
		{ repetitions, "selected=2 alpha=1 beta=1" },
	};
	(void)state;
	for (size_t i = 0; i < LENGTH(rolls); i++) {
		struct outcome outcome = spawn("roll", rolls[i].flag, NULL, NULL);
		assert_string_equal(outcome.out, "");
		assert_string_equal(outcome.err, rolls[i].expected);
		forget(&outcome);
	}
}

/* --benchmark_out as a flag and from the environment, with and without a roll call before. */
static void test_out_file(void **state)
{
	char path[] = "/tmp/test_gbench_XXXXXX";
	char run[] = "run";
	char flag[64];
	const int fd = mkstemp(path);
	(void)state;
	assert_return_code(write(fd, "old", 3), errno);
	close(fd);
	snprintf(flag, sizeof(flag), "--benchmark_out=%s", path);
	struct outcome outcome = spawn("roll", flag, NULL, NULL);
	char *text = read_all(fopen(path, "r"));
	assert_string_equal(outcome.err, "selected=2 alpha=1 beta=1");
	assert_string_equal(text, "old");
	forget(&outcome);
	free(text);
	outcome = spawn("two", flag, NULL, NULL);
	text = read_all(fopen(path, "r"));
	assert_looks_like_json(text);
	assert_same_rows(text, outcome.json);
	forget(&outcome);
	free(text);
	setenv("BENCHMARK_OUT", path, 1);
	outcome = spawn("roll", run, NULL, NULL);
	unsetenv("BENCHMARK_OUT");
	text = read_all(fopen(path, "r"));
	assert_same_rows(text, outcome.json);
	forget(&outcome);
	free(text);
	unlink(path);
}

static int run_scenario(int argc, char **argv)
{
	for (size_t i = 0; i < LENGTH(scenarios); i++) {
		if (strcmp(argv[0], scenarios[i].name) == 0) {
			return scenarios[i].run(argc, argv);
		}
	}
	return 126;
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
		cmocka_unit_test(test_json_display),
		cmocka_unit_test(test_full_disk),
		cmocka_unit_test(test_hidden_rows),
		cmocka_unit_test(test_context_flag),
		cmocka_unit_test(test_roll_call),
		cmocka_unit_test(test_out_file),
	};
	if (strcmp(argv[0], "--scenario") == 0) {
		return run_scenario(argc - 1, argv + 1);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
