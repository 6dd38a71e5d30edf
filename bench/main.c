/*
 * gilbench: what a global interpreter lock costs on this machine.
 *
 * The command line becomes a request (cli/), the experiments turn it into a plan of rows
 * (experiments/), runs take their samples (runs/, plan/), and Google Benchmark tabulates and writes
 * them (report/).
 */
#include "conditions.h"
#include "context.h"
#include "discover.h"
#include "experiment.h"
#include "gbench.h"
#include "hgrm.h"
#include "options.h"
#include "outcome.h"
#include "precision.h"
#include "progress.h"
#include "report.h"
#include "result_files.h"
#include "run_child.h"
#include "runs.h"
#include "screen.h"
#include "signals.h"
#include "spawn_task.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct run {
	struct options options;
	char **words; /* the command line of the process of a run */
	struct signals signals;
	struct placement *placement;
	bool skipped; /* an interpreter */
	struct plan plan;
	struct result_files files;
	struct findings findings;
	struct error error; /* why the run as a whole failed */
};

/* Prints an error and returns false. */
static bool complain(const struct error *error)
{
	fprintf(stderr, "gilbench: %s\n", error->text);
	return false;
}

/*
 * In a program that is started with a standard file closed, the next file opened takes its place,
 * and output meant for a person would go into it.
 */
static bool check_standard_files(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0) {
			continue;
		}
		if (fd == STDOUT_FILENO) {
			fprintf(stderr, "gilbench: standard output is closed; send it to "
					"/dev/null to discard it\n");
			return false;
		}
		if (open("/dev/null", O_RDWR) != fd) {
			return false;
		}
	}
	return true;
}

/* Google Benchmark has removed the arguments that it knows. */
static bool check_rest(int argc, char **argv)
{
	if (argc > 1) {
		fprintf(stderr,
			"gilbench: Google Benchmark does not accept '%s'; gilbench --help lists "
			"the options\n",
			argv[1]);
	}
	return argc <= 1;
}

/* --- the plan -------------------------------------------------------------------------------- */

/* What the errors of report_register() and report_select() mean. */
static const char *describe_refusal(int result)
{
	switch (result) {
	case -ENOENT:
		return "no row has a name that matches the regular expression of "
		       "--benchmark_filter; --benchmark_list_tests shows the names";
	case -E2BIG:
		return "--benchmark_min_warmup_time has no meaning here; omit it";
	default:
		return "Google Benchmark refused the rows";
	}
}

static bool make_plan(struct run *run)
{
	const struct request *request = &run->options.request;
	run->plan.samples = request->samples;
	run->plan.runs = run->options.as_run ? 1 : request->runs;
	run->plan.placement = run->placement;
	run->plan.signals = &run->signals;
	if (experiment_plan_all(&run->plan, request, &run->error)) {
		return complain(&run->error);
	}
	if (run->plan.count == 0) {
		fprintf(stderr, "gilbench: no row is left to measure\n");
		return false;
	}
	context_add_origin(run->options.machine, run->options.command_line, &run->error);
	context_add(request, &run->error);
	experiment_add_context(request, &run->error);
	if (run->error.text[0]) {
		return complain(&run->error);
	}
	int result = report_register(&run->plan);
	result = result ? result : report_select(&run->plan);
	if (result) {
		error_set(&run->error, result, "%s", describe_refusal(result));
		return complain(&run->error);
	}
	if (request->precision > 0 && !precision_has_score(&run->plan)) {
		fprintf(stderr, "gilbench: --runs=auto needs rows of mode gil under cpython2 or "
				"cpython3 with 2 or 4 workers\n");
		return false;
	}
	return true;
}

/* --- measuring ------------------------------------------------------------------------------- */

/* The command line of the process of a run; for free(). NULL if out of memory. */
static char **run_words(int argc, char **argv)
{
	static char program[] = "/proc/self/exe";
	static char as_run[] = "--as-run";
	char **words = calloc((size_t)argc + 2, sizeof(*words));
	int count = 0;
	if (!words) {
		return NULL;
	}
	words[count++] = program;
	words[count++] = as_run;
	for (int i = 1; i < argc; i++) {
		/* Its results go to this process. */
		if (strncmp(argv[i], "--benchmark_out", strlen("--benchmark_out")) != 0) {
			words[count++] = argv[i];
		}
	}
	return words;
}

/* What is shown while samples are taken. */
struct watch {
	struct plan *plan;
	struct progress progress;
	double precision; /* at which it is enough */
};

static void show_sample(void *context, const struct row *row)
{
	struct watch *watch = context;
	progress_show(&watch->progress, row, watch->plan->taken, plan_wanted(watch->plan));
}

static bool is_enough(void *context, int runs)
{
	const struct watch *watch = context;
	return precision_of(watch->plan, runs) <= watch->precision;
}

/* Takes the samples. False if interrupted; what was measured is still reported. */
static bool measure(struct run *run)
{
	const struct request *request = &run->options.request;
	struct watch watch = {
		.plan = &run->plan,
		.precision = request->precision,
		.progress = { .plan = &run->plan,
			.runs = run->plan.runs,
			.quiet = run->options.quiet },
	};
	const struct runs runs = {
		.plan = &run->plan,
		.words = run->words,
		.count = run->plan.runs,
		.seed = request->seed,
		.signals = &run->signals,
		.taken = show_sample,
		.enough = request->precision > 0 ? is_enough : NULL,
		.context = &watch,
	};
	struct conditions conditions;
	progress_begin(&watch.progress);
	conditions_begin(&conditions, "", run->placement);
	int made = runs_take(&runs, &run->error);
	if (made > 0 && made < runs.count) {
		int result = report_shorten(&run->plan, made);
		made = result ? error_set(&run->error, result, "out of memory") : made;
	}
	conditions_end(&conditions, &run->plan, &run->findings);
	progress_end(&watch.progress);
	context_add_findings(&run->findings);
	context_add_precision(precision_of(&run->plan, made));
	return made >= 0;
}

/* As the process of a run. */
static bool serve(struct run *run)
{
	const struct request *request = &run->options.request;
	const struct schedule schedule = {
		.plan = &run->plan,
		.target = {
			.region_ns = (int64_t)(request->time_s * 1e9),
			.placement = run->placement,
			.signals = &run->signals,
		},
	};
	return run_child(&schedule, &run->error) == 0;
}

/* --- the report ------------------------------------------------------------------------------ */

static void say_interrupted(const struct run *run, bool kept)
{
	char path[PATH_MAX + sizeof(OUTFILE_PARTIAL)];
	snprintf(path, sizeof(path), "%s%s", run->files.json.path.target, OUTFILE_PARTIAL);
	outcome_say_interrupted(&run->plan, run->options.out && kept ? path : NULL);
}

static bool keep_results(struct run *run, const char *json)
{
	struct error error;
	return result_files_commit(&run->files, &run->plan, json, &error) == 0 || complain(&error);
}

/* What Google Benchmark prints: nothing if there is a table in its place. */
static enum gbench_display display(const struct run *run)
{
	if (run->options.quiet) {
		return GBENCH_DISPLAY_NONE;
	}
	if (!run->options.brief) {
		return GBENCH_DISPLAY_ALL;
	}
	bool complete = run->plan.interrupted.text[0] == '\0';
	return complete && screen_is_available() ? GBENCH_DISPLAY_NONE : GBENCH_DISPLAY_BRIEF;
}

/* Verdict, answer and table; if these cannot be printed, Google Benchmark's listing instead. */
static bool show_screen(struct run *run, const char *json, bool kept)
{
	struct error error;
	struct gbench_report again;
	const char *path = kept ? run->options.out : NULL;
	char *distributions = !path && hgrm_is_due(&run->plan) ? hgrm_print(&run->plan) : NULL;
	const struct screen_source source = { path, json, distributions };
	int result = screen_show(&source, &run->signals, &error);
	free(distributions);
	if (result == 0) {
		return true;
	}
	complain(&error);
	report_again(&run->plan);
	gbench_set_display(GBENCH_DISPLAY_BRIEF);
	gbench_run(&again);
	gbench_report_finish(&again);
	return false;
}

static bool report(struct run *run)
{
	struct gbench_report report;
	enum gbench_display shown = display(run);
	gbench_set_display(shown);
	int result = gbench_run(&report);
	bool complete = run->plan.interrupted.text[0] == '\0';
	bool ok = keep_results(run, report.json);
	if (!complete) {
		say_interrupted(run, ok);
	}
	if (result) {
		const char *where = run->options.out && ok ? run->options.out : NULL;
		error_system(&run->error, result, "could not %s%s%s%s",
			report.unwritten ? "write to " : "report the results",
			report.unwritten ? report.unwritten : "",
			where ? "; the results are in " : "", where ? where : "");
		ok = complain(&run->error);
	}
	if (shown == GBENCH_DISPLAY_NONE && !run->options.quiet && report.json) {
		ok = show_screen(run, report.json, ok) && ok;
	}
	ok = outcome_is_whole(&report, &run->plan) && ok && complete;
	ok = (!run->options.strict || outcome_is_undisturbed(&run->findings)) && ok;
	gbench_report_finish(&report);
	return ok;
}

/* --- all ------------------------------------------------------------------------------------- */

static bool run_plan(struct run *run)
{
	if (!make_plan(run)) {
		return false;
	}
	if (run->options.as_run) {
		return serve(run);
	}
	if (result_files_reserve(&run->files, &run->plan, &run->error)) {
		return complain(&run->error);
	}
	if (!measure(run)) {
		run->plan.interrupted = run->error;
	}
	return report(run);
}

static bool probe_and_run(struct run *run)
{
	struct request *request = &run->options.request;
	if (result_files_open(&run->files, run->options.out, &run->error)) {
		return complain(&run->error);
	}
	run->placement = placement_create(request->pin, &run->error);
	if (!run->placement) {
		return complain(&run->error);
	}
	request->placement = run->placement;
	enum discover_result found = discover(&run->options, &run->signals);
	run->skipped = found == DISCOVER_SKIPPED;
	return found != DISCOVER_FAILED && run_plan(run);
}

static bool run_all(struct run *run)
{
	if (signals_init(&run->signals, &run->error)) {
		return complain(&run->error);
	}
	bool ok = probe_and_run(run);
	result_files_abandon(&run->files);
	plan_finish(&run->plan);
	discover_finish(&run->options.request);
	placement_destroy(run->placement);
	signals_finish(&run->signals);
	return ok && !run->skipped;
}

int main(int argc, char **argv)
{
	struct run run = { 0 };
	if (argc > 1 && strcmp(argv[1], SPAWN_OPTION) == 0) {
		return experiment_run_task(argc - 2, argv + 2);
	}
	if (!check_standard_files()) {
		return EXIT_FAILURE;
	}
	run.words = run_words(argc, argv);
	options_parse(&run.options, &argc, argv);
	bool ok = run.words && gbench_initialize(&argc, argv, options_print_help) == 0 &&
		  check_rest(argc, argv) && run_all(&run);
	gbench_shutdown();
	free(run.words);
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
