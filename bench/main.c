/*
 * gilbench: what a global interpreter lock costs on this machine.
 *
 * From the command line to a plan of rows, from the plan to samples, from the samples to Google
 * Benchmark's table and file.
 */
#include "experiment.h"
#include "gbench.h"
#include "latency_files.h"
#include "machine.h"
#include "outfile.h"
#include "progress.h"
#include "report.h"
#include "schedule.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run {
	struct options options;
	struct signals signals;
	struct placement *placement;
	struct interpreter *interpreters[OPTIONS_LIST_MAX];
	size_t interpreter_count;
	bool left_out; /* an interpreter, since something is wrong with it */
	struct plan plan;
	struct outfile out;
	struct error error; /* why the run as a whole failed, in the words to be printed */
};

static bool complain(const struct error *error)
{
	fprintf(stderr, "gilbench: %s\n", error->text);
	return false;
}

/*
 * A program that is started with one of them closed would open its next file in that place, and
 * print into it.
 */
static bool check_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0) {
			continue;
		}
		if (fd == STDOUT_FILENO) {
			fprintf(stderr,
				"gilbench: standard output is closed; send it to /dev/null if it "
				"is not wanted\n");
			return false;
		}
		if (open("/dev/null", O_RDWR) != fd) {
			return false;
		}
	}
	return true;
}

/* Google Benchmark has taken out what it knows. */
static bool check_rest(int argc, char **argv)
{
	if (argc > 1) {
		fprintf(stderr,
			"gilbench: Google Benchmark does not understand '%s'; gilbench --help "
			"lists what there is\n",
			argv[1]);
	}
	return argc <= 1;
}

/* What report_register() and report_call_roll() mean by their errors. */
static const char *why_refused(int result)
{
	switch (result) {
	case -ENOENT:
		return "no row has a name that matches the regular expression of "
		       "--benchmark_filter; "
		       "--benchmark_list_tests shows them";
	case -E2BIG:
		return "--benchmark_min_warmup_time has no meaning here; leave it out";
	default:
		return "Google Benchmark refused the rows";
	}
}

/* Two of the same kind are told apart by a number. */
static void number_interpreter(struct run *run, struct interpreter *interpreter)
{
	int alike = 1;
	for (size_t i = 0; i < run->interpreter_count; i++) {
		const char *name = interpreter_name(run->interpreters[i]);
		size_t length = strlen(interpreter_name(interpreter));
		alike += strncmp(name, interpreter_name(interpreter), length) == 0 &&
			 (name[length] == '\0' || name[length] == '#');
	}
	if (alike > 1) {
		interpreter_number(interpreter, alike);
	}
}

static void add_interpreter(struct run *run, struct interpreter *interpreter)
{
	char key[PLAN_NAME_MAX];
	struct error error;
	number_interpreter(run, interpreter);
	run->interpreters[run->interpreter_count++] = interpreter;
	snprintf(key, sizeof(key), "interpreter.%s", interpreter_name(interpreter));
	gbench_add_context(key, interpreter_command(interpreter));
	if (!interpreter_model(interpreter, &error)) {
		fprintf(stderr, "gilbench: interpreter '%s': %s; it runs without one beside it\n",
			interpreter_command(interpreter), error.text);
	}
}

/* One that something is wrong with is left out; the others, and the models, are measured. */
static bool find_interpreters(struct run *run)
{
	for (size_t i = 0; i < run->options.interpreters_count; i++) {
		struct interpreter *interpreter = interpreter_create(
			run->options.interpreters[i], &run->signals, &run->error);
		if (interpreter) {
			add_interpreter(run, interpreter);
		} else if (errno == EINTR) {
			return complain(&run->error);
		} else {
			run->left_out = true;
			fprintf(stderr, "gilbench: %s; it is left out\n", run->error.text);
		}
	}
	return true;
}

static bool make_plan(struct run *run)
{
	struct experiment_setting setting = {
		.options = &run->options,
		.placement = run->placement,
		.interpreters = run->interpreters,
		.interpreter_count = run->interpreter_count,
	};
	run->plan.samples = run->options.samples;
	run->plan.placement = run->placement;
	run->plan.signals = &run->signals;
	for (size_t i = 0; i < run->options.experiments.count; i++) {
		const struct experiment *experiment =
			experiment_at(run->options.experiments.specs[i].index);
		if (experiment->plan(&run->plan, &setting, &run->error)) {
			return complain(&run->error);
		}
	}
	if (run->left_out && run->plan.count == 0) {
		fprintf(stderr, "gilbench: nothing is left to be measured\n");
		return false;
	}
	machine_add_context(&run->options, run->placement);
	int result = report_register(&run->plan);
	result = result ? result : report_call_roll(&run->plan);
	if (result) {
		error_set(&run->error, result, "%s", why_refused(result));
		return complain(&run->error);
	}
	return true;
}

/* Takes the samples; false if interrupted, which is not yet a reason to stop. */
static bool measure(struct run *run)
{
	struct progress progress;
	struct schedule schedule = {
		.plan = &run->plan,
		.seed = run->options.seed,
		.target = {
			.region_ns = (int64_t)(run->options.time_s * 1e9),
			.placement = run->placement,
			.signals = &run->signals,
		},
		.progress = progress_show,
		.context = &progress,
	};
	progress_begin(&progress);
	int result = schedule_run(&schedule, &run->error);
	progress_end(&progress);
	return result == 0;
}

static size_t count_measured(const struct plan *plan)
{
	size_t measured = 0;
	for (size_t i = 0; i < plan->count; i++) {
		for (size_t k = 0; k < plan->rows[i].wanted; k++) {
			measured += plan->rows[i].samples[k].measured;
		}
	}
	return measured;
}

/* The whole distributions, beside the results. */
static bool keep_distributions(struct run *run, const char *suffix)
{
	struct error error;
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s%s", run->options.out, suffix);
	return latency_write_all(&run->plan, path, &error) ? complain(&error) : true;
}

/* An interrupted run does not take the place of a whole one: it gets a name of its own. */
static bool keep_results(struct run *run, const char *json, bool whole)
{
	struct error error;
	const char *suffix = whole ? "" : ".partial";
	if (!run->options.out) {
		return true;
	}
	if (!json) {
		outfile_abandon(&run->out);
		return true;
	}
	if (outfile_commit(&run->out, json, suffix, &error)) {
		return complain(&error);
	}
	return keep_distributions(run, suffix);
}

static void say_interrupted(const struct run *run, bool kept)
{
	fprintf(stderr, "gilbench: %s; %zu of %zu samples were measured",
		run->plan.interrupted.text, count_measured(&run->plan), plan_wanted(&run->plan));
	if (run->options.out && kept) {
		fprintf(stderr, " and are kept in %s.partial", run->options.out);
	}
	fprintf(stderr, "\n");
}

static bool say_failed(const struct gbench_report *report, bool interrupted)
{
	if (report->failed == 0) {
		return true;
	}
	if (!interrupted) {
		fprintf(stderr,
			"gilbench: %zu of %zu samples failed; the reasons stand in their rows\n",
			report->failed, report->rows);
	}
	return false;
}

static bool report(struct run *run)
{
	struct gbench_report report;
	if (run->options.brief) {
		gbench_show_brief();
	}
	int result = gbench_run(&report);
	bool whole = run->plan.interrupted.text[0] == '\0';
	bool ok = keep_results(run, report.json, whole);
	if (!whole) {
		say_interrupted(run, ok);
	}
	if (result) {
		error_system(&run->error, result, "could not %s%s%s",
			result == -EIO ? "write to standard output" : "report the results",
			run->options.out && ok ? "; the results are in " : "",
			run->options.out && ok ? run->options.out : "");
		ok = complain(&run->error);
	}
	ok = say_failed(&report, !whole) && ok && whole;
	gbench_report_finish(&report);
	return ok;
}

/* Room for the results is taken now: to find later that there is none would be to lose them. */
static bool open_out(struct run *run)
{
	enum { ROW_BYTES = 2048, CONTEXT_BYTES = 16384, AGGREGATES = 4 };
	size_t rows = run->plan.count * (size_t)(run->plan.samples + AGGREGATES);
	if (outfile_open(&run->out, run->options.out, &run->error) ||
		outfile_reserve(&run->out, rows * ROW_BYTES + CONTEXT_BYTES, &run->error)) {
		return complain(&run->error);
	}
	return true;
}

static bool run_plan(struct run *run)
{
	if (!make_plan(run)) {
		return false;
	}
	if (run->options.out && !open_out(run)) {
		return false;
	}
	if (!measure(run)) {
		run->plan.interrupted = run->error;
	}
	return report(run);
}

static bool run_all(struct run *run)
{
	if (signals_init(&run->signals, &run->error)) {
		return complain(&run->error);
	}
	run->placement = placement_create(run->options.pin, &run->error);
	bool ok = run->placement ? find_interpreters(run) && run_plan(run) : complain(&run->error);
	plan_finish(&run->plan);
	for (size_t i = 0; i < run->interpreter_count; i++) {
		interpreter_destroy(run->interpreters[i]);
	}
	placement_destroy(run->placement);
	signals_finish(&run->signals);
	return ok && !run->left_out;
}

int main(int argc, char **argv)
{
	struct run run = { 0 };
	if (!check_standard_files()) {
		return EXIT_FAILURE;
	}
	options_parse(&run.options, &argc, argv);
	if (gbench_initialize(&argc, argv, options_print_help) || !check_rest(argc, argv)) {
		return EXIT_FAILURE;
	}
	bool ok = run_all(&run);
	gbench_shutdown();
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
