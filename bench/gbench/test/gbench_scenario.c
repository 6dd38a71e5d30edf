/* See gbench_scenario.h. */
#include "gbench_scenario.h"

#include <stdlib.h>
#include <sys/wait.h>

/* --- functions of the C library that Google Benchmark is to call here ------------------------ */

int gethostname(char *name, size_t length)
{
	const char *text = getenv("SCENARIO_TEXT");
	snprintf(name, length, "%s", text != NULL ? text : "host");
	return 0;
}

int isatty(int fd)
{
	(void)fd;
	return getenv("SCENARIO_ON_TERMINAL") != NULL;
}

/* --- scenarios ------------------------------------------------------------------------------ */

static void print_own_help(void)
{
	puts("own help");
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
static int run_and_report(void)
{
	struct gbench_report report;
	const char *out = gbench_out_path();
	const int result = gbench_run(&report);
	fprintf(stderr, "\nout=%s result=%d rows=%zu failed=%zu unwritten=%s json=%s",
		out != NULL ? out : "none", result, report.rows, report.failed,
		report.unwritten != NULL ? report.unwritten : "none",
		report.json != NULL ? report.json : "none");
	gbench_report_finish(&report);
	gbench_shutdown();
	return 0;
}

static int run_two(int argc, char **argv)
{
	struct probe alpha = { 0 };
	if (gbench_initialize(&argc, argv, print_own_help) != 0 ||
		gbench_report_unrecognized(argc, argv)) {
		return 1;
	}
	gbench_register("alpha", run_probe, &alpha);
	gbench_register("beta", count_thousands, NULL);
	return run_and_report();
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
	return run_and_report();
}

static int run_bad(int argc, char **argv)
{
	struct probe failing = { .failing_call = 1 };
	struct probe skipping = { .skipping_call = 1 };
	gbench_initialize(&argc, argv, NULL);
	gbench_register("failing", run_probe, &failing);
	gbench_register("skipping", run_probe, &skipping);
	gbench_register("good", count_thousands, NULL);
	return run_and_report();
}

static void repeat_hostile_text(struct gbench_state *state, void *user)
{
	while (gbench_keep_running(state)) {
		GBENCH_CLOBBER();
	}
	gbench_set_label(state, user);
	gbench_set_counter(state, user, 1, GBENCH_COUNTER_DEFAULT, GBENCH_1K_IS_1000);
}

static void fail_with_hostile_text(struct gbench_state *state, void *user)
{
	gbench_fail(state, user);
}

static void skip_with_hostile_text(struct gbench_state *state, void *user)
{
	gbench_skip(state, user);
}

static int run_hostile(int argc, char **argv)
{
	char *text = getenv("SCENARIO_TEXT");
	const char *names[] = { text };
	argv[0] = text;
	gbench_initialize(&argc, argv, NULL);
	gbench_add_context("key", text);
	gbench_add_context(text, "value");
	struct gbench_benchmark *benchmark = gbench_register(text, repeat_hostile_text, text);
	gbench_arg(benchmark, 1);
	gbench_arg_names(benchmark, names, 1);
	gbench_register("failing", fail_with_hostile_text, text);
	gbench_register("skipping", skip_with_hostile_text, text);
	return run_and_report();
}

static int run_dry(int argc, char **argv)
{
	struct probe alpha = { .skipping_call = 1 };
	struct probe beta = { .skipping_call = 1 };
	gbench_initialize(&argc, argv, NULL);
	gbench_register("alpha", run_probe, &alpha);
	gbench_register("beta", run_probe, &beta);
	const long selected = gbench_dry_run();
	fprintf(stderr, "selected=%ld alpha=%d beta=%d", selected, alpha.calls, beta.calls);
	return argc > 1 ? run_and_report() : 0;
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
	{ "bad", run_bad },
	{ "hostile", run_hostile },
	{ "dry", run_dry },
	{ "context", add_context },
};

/* --- running them --------------------------------------------------------------------------- */

bool scenario_is_wanted(char **argv)
{
	return strcmp(argv[0], "--scenario") == 0;
}

int scenario_main(int argc, char **argv)
{
	for (size_t i = 0; i < LENGTH(scenarios); i++) {
		if (strcmp(argv[1], scenarios[i].name) == 0) {
			return scenarios[i].run(argc - 1, argv + 1);
		}
	}
	return 126;
}

char *read_file(FILE *file)
{
	const size_t size = 4 << 20;
	char *text = calloc(1, size);
	assert_non_null(file);
	assert_non_null(text);
	rewind(file);
	const size_t length = fread(text, 1, size - 1, file);
	fclose(file);
	assert_true(length < size - 1);
	return text;
}

struct outcome scenario_run(const char *name, char *first, char *second, char *third)
{
	char mark[] = "--scenario";
	char min_time[] = "--benchmark_min_time=0.001s";
	char *scenario = strdup(name);
	char *argv[] = { mark, scenario, min_time, first, second, third, NULL };
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
	free(scenario);
	struct outcome outcome = { .status = WEXITSTATUS(status) };
	outcome.out = read_file(out);
	outcome.err = read_file(err);
	outcome.json = strstr(outcome.err, "json={");
	outcome.json = outcome.json != NULL ? outcome.json + strlen("json=") : NULL;
	return outcome;
}

void outcome_finish(struct outcome *outcome)
{
	free(outcome->out);
	free(outcome->err);
}

/* --- checks --------------------------------------------------------------------------------- */

void assert_is_json(const char *text)
{
	char program[] = "import json, sys\n"
			 "json.loads(sys.stdin.buffer.read().decode('utf-8', 'strict'),\n"
			 "           parse_constant=lambda name: sys.exit('not JSON: ' + name))\n";
	char python[] = PYTHON;
	char isolated[] = "-I";
	char without_site[] = "-S";
	char option[] = "-c";
	char *argv[] = { python, isolated, without_site, option, program, NULL };
	FILE *file = tmpfile();
	int status = 0;
	assert_non_null(text);
	fputs(text, file);
	rewind(file);
	const pid_t child = fork();
	if (child == 0) {
		dup2(fileno(file), STDIN_FILENO);
		execvp(python, argv);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	fclose(file);
	assert_int_equal(status, 0);
}
