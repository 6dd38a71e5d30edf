/*
 * gilbench: what a global interpreter lock costs on this machine.
 *
 * The command line becomes a request (cli/), the experiments turn it into a plan of rows
 * (experiments/), runs take their samples (runs/, plan/), and Google Benchmark tabulates and writes
 * them (report/).
 */
#include "context.h"
#include "discover.h"
#include "experiment.h"
#include "gbench.h"
#include "options.h"
#include "progress.h"
#include "report.h"
#include "result_files.h"
#include "run_child.h"
#include "runs.h"
#include "signals.h"

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
};

static void show_sample(void *context, const struct row *row)
{
	struct watch *watch = context;
	progress_show(&watch->progress, row, watch->plan->taken, plan_wanted(watch->plan));
}

/* Takes the samples. False if interrupted; what was measured is still reported. */
static bool measure(struct run *run)
{
	const struct request *request = &run->options.request;
	struct watch watch = {
		.plan = &run->plan,
		.progress = { .plan = &run->plan, .quiet = run->options.quiet },
	};
	const struct runs runs = {
		.plan = &run->plan,
		.words = run->words,
		.count = run->plan.runs,
		.seed = request->seed,
		.signals = &run->signals,
		.taken = show_sample,
		.context = &watch,
	};
	progress_begin(&watch.progress);
	int made = runs_take(&runs, &run->error);
	progress_end(&watch.progress);
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
	fprintf(stderr, "gilbench: %s; %zu of %zu samples were measured",
		run->plan.interrupted.text, plan_measured(&run->plan), plan_wanted(&run->plan));
	if (run->options.out && kept) {
		fprintf(stderr, " and are kept in %s%s", run->files.json.path.target,
			OUTFILE_PARTIAL);
	}
	fprintf(stderr, "\n");
}

static bool keep_results(struct run *run, const char *json)
{
	struct error error;
	return result_files_commit(&run->files, &run->plan, json, &error) == 0 || complain(&error);
}

static bool say_failed(const struct gbench_report *report, bool interrupted)
{
	if (report->failed == 0) {
		return true;
	}
	if (!interrupted) {
		fprintf(stderr,
			"gilbench: %zu of %zu samples failed; their rows give the reasons\n",
			report->failed, report->rows);
	}
	return false;
}

static bool report(struct run *run)
{
	struct gbench_report report;
	gbench_set_display(run->options.quiet   ? GBENCH_DISPLAY_NONE
			   : run->options.brief ? GBENCH_DISPLAY_BRIEF
						: GBENCH_DISPLAY_ALL);
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
	ok = say_failed(&report, !complete) && ok && complete;
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
