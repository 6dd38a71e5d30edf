/*
 * gilbench: what a global interpreter lock costs on this machine.
 *
 * The command line becomes a request (cli/), the experiments turn it into a plan of rows
 * (experiments/), the schedule takes their samples (plan/), and Google Benchmark tabulates and
 * writes them (report/).
 */
#include "context.h"
#include "discover.h"
#include "experiment.h"
#include "gbench.h"
#include "hgrm.h"
#include "options.h"
#include "outfile.h"
#include "progress.h"
#include "report.h"
#include "schedule.h"
#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct run {
	struct options options;
	struct signals signals;
	struct placement *placement;
	bool skipped; /* an interpreter */
	struct plan plan;
	struct outfile out;
	bool is_open; /* `out` */
	struct outfile distributions;
	char distributions_path[PATH_MAX];
	bool has_distributions;
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
	run->plan.placement = run->placement;
	run->plan.signals = &run->signals;
	if (experiment_plan_all(&run->plan, request, &run->error)) {
		return complain(&run->error);
	}
	if (run->plan.count == 0) {
		fprintf(stderr, "gilbench: no row is left to measure\n");
		return false;
	}
	context_add_origin(run->options.machine, run->options.command_line);
	context_add(request);
	experiment_add_context(request);
	int result = report_register(&run->plan);
	result = result ? result : report_select(&run->plan);
	if (result) {
		error_set(&run->error, result, "%s", describe_refusal(result));
		return complain(&run->error);
	}
	return true;
}

/* --- measuring ------------------------------------------------------------------------------- */

/* Takes the samples. False if interrupted; what was measured is still reported. */
static bool measure(struct run *run)
{
	const struct request *request = &run->options.request;
	struct progress progress = { .plan = &run->plan, .quiet = run->options.quiet };
	struct schedule schedule = {
		.plan = &run->plan,
		.seed = request->seed,
		.target = {
			.region_ns = (int64_t)(request->time_s * 1e9),
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

/* --- files ----------------------------------------------------------------------------------- */

/* True if both paths lead to one file that exists. */
static bool is_same_file(const char *left, const char *right)
{
	struct stat a;
	struct stat b;
	return stat(left, &a) == 0 && stat(right, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/*
 * Creates the result file before anything else is done, since to find out later that this is
 * impossible would be to lose what was measured.
 */
static bool open_out(struct run *run)
{
	const char *other = gbench_out_path();
	if (outfile_open(&run->out, run->options.out, &run->error)) {
		return complain(&run->error);
	}
	run->is_open = true;
	if (other && is_same_file(other, run->out.path.target)) {
		error_set(&run->error, -EINVAL,
			"--out and --benchmark_out name the same file '%s'; omit one of them",
			run->options.out);
		return complain(&run->error);
	}
	return true;
}

/* Reserves room in it, and creates the file of distributions if one is due. */
static bool reserve_files(struct run *run)
{
	enum { ROW_BYTES = 2048, CONTEXT_BYTES = 16384, AGGREGATES = 4 };
	size_t rows = run->plan.count * (size_t)(run->plan.samples + AGGREGATES);
	if (outfile_reserve(&run->out, rows * ROW_BYTES + CONTEXT_BYTES, &run->error)) {
		run->is_open = false;
		return complain(&run->error);
	}
	if (!hgrm_is_due(&run->plan)) {
		return true;
	}
	if (hgrm_path(run->distributions_path, run->options.out, &run->error) ||
		outfile_open(&run->distributions, run->distributions_path, &run->error)) {
		return complain(&run->error);
	}
	run->has_distributions = true;
	return true;
}

static bool keep_distributions(struct run *run, const char *suffix)
{
	struct error error;
	if (!run->has_distributions) {
		return true;
	}
	char *text = hgrm_print(&run->plan);
	if (!text) {
		error_set(&error, -ENOMEM, "out of memory for '%s'", run->distributions_path);
		return complain(&error);
	}
	int result = outfile_commit(&run->distributions, text, suffix, &error);
	run->has_distributions = false;
	free(text);
	return result ? complain(&error) : true;
}

/* An interrupted run must not replace a complete one, so its files have names of their own. */
static bool keep_results(struct run *run, const char *json, bool complete)
{
	struct error error;
	const char *suffix = complete ? "" : OUTFILE_PARTIAL;
	if (!run->options.out || !json) {
		return true;
	}
	run->is_open = false;
	bool kept = outfile_commit(&run->out, json, suffix, &error) ? complain(&error) : true;
	return keep_distributions(run, suffix) && kept;
}

/* After a run that came to no results. */
static void abandon_files(struct run *run)
{
	if (run->is_open) {
		outfile_abandon(&run->out);
	}
	if (run->has_distributions) {
		outfile_abandon(&run->distributions);
	}
}

/* --- the report ------------------------------------------------------------------------------ */

static void say_interrupted(const struct run *run, bool kept)
{
	fprintf(stderr, "gilbench: %s; %zu of %zu samples were measured",
		run->plan.interrupted.text, plan_measured(&run->plan), plan_wanted(&run->plan));
	if (run->options.out && kept) {
		fprintf(stderr, " and are kept in %s%s", run->out.path.target, OUTFILE_PARTIAL);
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
	bool ok = keep_results(run, report.json, complete);
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
	if (run->options.out && !reserve_files(run)) {
		return false;
	}
	if (!measure(run)) {
		run->plan.interrupted = run->error;
	}
	return report(run);
}

static bool probe_and_run(struct run *run)
{
	struct request *request = &run->options.request;
	if (run->options.out && !open_out(run)) {
		return false;
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
	abandon_files(run);
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
	options_parse(&run.options, &argc, argv);
	if (gbench_initialize(&argc, argv, options_print_help) || !check_rest(argc, argv)) {
		return EXIT_FAILURE;
	}
	bool ok = run_all(&run);
	gbench_shutdown();
	return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
