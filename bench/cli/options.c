/*
 * See options.h. One table holds the options: their names, their help, and the function that takes
 * the value. The table of getopt_long() is made from it.
 */
#include "options.h"

#include "check.h"
#include "command_line.h"
#include "experiment.h"
#include "kernel.h"
#include "parse.h"
#include "usage.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const double default_time_s = 0.2;
static const double quick_time_s = 0.12; /* more than 22 switch intervals of CPython 3 */
enum { DEFAULT_RUNS = 5, QUICK_RUNS = 3, DEFAULT_SAMPLES = 5, QUICK_SAMPLES = 3 };

static int print_version(struct options *options, const char *text, struct error *error)
{
	(void)options;
	(void)text;
	(void)error;
	usage_print_version();
}

static int print_list(struct options *options, const char *text, struct error *error)
{
	(void)options;
	(void)text;
	(void)error;
	usage_print_list();
}

/* --- the options ----------------------------------------------------------------------------- */

static const struct {
	int letter; /* the short form; 0: none */
	const char *name;
	const char *argument; /* NULL: takes none */
	const char *help;     /* NULL: not shown, because gilbench alone uses it */
	parse_value *parse;
} table[] = {
	{ 0, "kernel", "NAME,...|all", "what is computed; default: countdown", parse_kernel },
	{ 0, "lock", "SPEC,...|all",
		"lock models, as in cpython3:interval=500us;\n"
		"default: the experiment's choice",
		parse_lock },
	{ 0, "mode", "NAME,...", "ways to run the kernel; default: all", parse_mode },
	{ 0, "workers", "N,...",
		"numbers of threads or processes; default: the\n"
		"experiment's choice, 1, 2, 4 and powers of two\n"
		"up to twice the allowed cores for times",
		parse_workers },
	{ 0, "interpreter", "COMMAND",
		"a real interpreter to run beside the models, as\n"
		"in python3 or \"taskset -c 0 ruby\"; may be\n"
		"repeated",
		parse_interpreter },
	{ 0, "time", "SECONDS",
		"length of a sequential region, to which the work\n"
		"is calibrated; default: 0.2, or 22 times the\n"
		"lock's switch interval where that is longer.\n"
		"Experiments with an I/O thread: how long\n"
		"messages are sent; default: 0.2, or longer where\n"
		"the lock's switch interval requires it",
		parse_time },
	{ 0, "runs", "N|auto[:P%]",
		"how often the program is started anew to take\n"
		"samples; default: 5. What differs between two\n"
		"machines is told from 3 runs or more. auto: 5, 8\n"
		"or 12, until the score is known within +-2 %",
		parse_runs },
	{ 0, "samples", "N",
		"samples of each row and run; default: 5, fewer of\n"
		"long regions; experiments with an I/O thread:\n"
		"4, fewer of long regions",
		parse_samples },
	{ 0, "quick", NULL, "fewer and shorter samples, less exact", parse_quick },
	{ 0, "every", "TIME", "as EXPERIMENT:every=TIME; deprecated", parse_every },
	{ 0, "over", "TRANSPORT", "as EXPERIMENT:over=TRANSPORT; deprecated", parse_over },
	{ 0, "pin", "core|pu|same|none", "where workers are bound; default: core", parse_pin },
	{ 0, "seed", "N", "of the order of the samples; default: random", parse_seed },
	{ 0, "out", "FILE", "write the results here, as JSON", parse_out },
	{ 0, "machine", "NAME", "the machine's name in the results; default:\nthe host's name",
		parse_machine },
	{ 0, "strict", NULL, "fail if something disturbed the run, or may have", parse_strict },
	{ 'q', "quiet", NULL, "print nothing but errors", parse_quiet },
	{ 'v', "verbose", NULL, "print every sample and all counters", parse_verbose },
	{ 0, "as-run", NULL, NULL, parse_as_run },
	{ 0, "list", NULL, "list experiments, kernels, locks and modes", print_list },
	{ 'V', "version", NULL, "print the version", print_version },
};

/* The values that getopt_long() returns for long options begin behind those of letters. */
enum { OPTIONS = sizeof(table) / sizeof(table[0]), OPTIONS_BASE = 256 };

void options_print_help(void)
{
	usage_print_head();
	for (size_t i = 0; i < OPTIONS; i++) {
		if (table[i].help) {
			usage_print_option(
				table[i].letter, table[i].name, table[i].argument, table[i].help);
		}
	}
	usage_print_option('h', "help", NULL, "print this text");
	usage_print_tail();
}

/* --- parsing --------------------------------------------------------------------------------- */

__attribute__((noreturn)) static void die(const char *format, const char *what, const char *why)
{
	fprintf(stderr, format, what, why);
	exit(EXIT_FAILURE);
}

/* Google Benchmark's options that change what its table shows. */
static bool changes_table(const char *argument)
{
	static const char *const prefixes[] = { "--benchmark_format",
		"--benchmark_counters_tabular", "--benchmark_display_aggregates_only",
		"--benchmark_report_aggregates_only", "--benchmark_list_tests" };
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (strncmp(argument, prefixes[i], strlen(prefixes[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* Moves Google Benchmark's arguments to the front of argv; returns how many they are. */
static int split_arguments(int argc, char **argv, char **own, int *own_count)
{
	static char help[] = "--help";
	int theirs = 1;
	own[(*own_count)++] = argv[0];
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "-h") == 0) {
			argv[i] = help;
		}
		bool passed_on = strncmp(argv[i], "--benchmark_", strlen("--benchmark_")) == 0 ||
				 strcmp(argv[i], help) == 0;
		if (passed_on) {
			argv[theirs++] = argv[i];
		} else {
			own[(*own_count)++] = argv[i];
		}
	}
	return theirs;
}

/* The number of an option in the table, from what getopt_long() returned; -1: none. */
static int find_option(int option)
{
	for (int i = 0; i < OPTIONS; i++) {
		if (option == OPTIONS_BASE + i || (table[i].letter && table[i].letter == option)) {
			return i;
		}
	}
	return -1;
}

/* The argument before optind is wrong, or the option optopt. */
__attribute__((noreturn)) static void refuse_option(char **argv)
{
	const char letter[] = { '-', (char)optopt, '\0' };
	int index = optopt ? find_option(optopt) : -1;
	if (index >= 0) {
		die("gilbench: --%s takes no value%s; see gilbench --help\n", table[index].name,
			"");
	}
	die("gilbench: unknown option '%s'%s; gilbench --help lists the options\n",
		optopt ? letter : argv[optind - 1], "");
}

static void fill_tables(struct option *long_options, char *letters)
{
	*letters++ = ':';
	for (int i = 0; i < OPTIONS; i++) {
		long_options[i] = (struct option){
			.name = table[i].name,
			.has_arg = table[i].argument ? required_argument : no_argument,
			.val = OPTIONS_BASE + i,
		};
		if (table[i].letter) {
			*letters++ = (char)table[i].letter;
		}
	}
	*letters = '\0';
}

static void parse_one(struct options *options, int index, const char *text)
{
	struct error error;
	if (table[index].parse(options, text, &error)) {
		die("gilbench: --%s: %s\n", table[index].name, error.text);
	}
}

/* A parameter of experiments is parsed when these are known. */
static bool is_param(int index)
{
	return table[index].parse == parse_every || table[index].parse == parse_over;
}

/* Parses the options. Parameters of experiments are left in `late`. */
static void parse_early(struct options *options, int argc, char **argv, const char **late)
{
	struct option long_options[OPTIONS + 1] = { { 0 } };
	char letters[OPTIONS + 2];
	int option;
	fill_tables(long_options, letters);
	opterr = 0;
	while ((option = getopt_long(argc, argv, letters, long_options, NULL)) != -1) {
		if (option == '?') {
			refuse_option(argv);
		}
		int index = find_option(option == ':' ? optopt : option);
		/* No value begins like an option: there, the value was forgotten. */
		bool swallowed =
			optarg && optarg == argv[optind - 1] && strncmp(optarg, "--", 2) == 0;
		if (option == ':' || swallowed) {
			die("gilbench: --%s needs a value%s; see gilbench --help\n",
				table[index].name, "");
		}
		if (is_param(index)) {
			late[index] = optarg;
		} else {
			parse_one(options, index, optarg);
		}
	}
}

static void parse_experiments(struct options *options, int argc, char **argv)
{
	struct error error;
	for (int i = optind; i < argc; i++) {
		if (parse_experiment(options, argv[i], &error)) {
			die("gilbench: %s%s\n", error.text, "");
		}
	}
	if (optind >= argc && parse_experiment(options, experiment_form(0)->name, &error)) {
		die("gilbench: %s%s\n", error.text, "");
	}
}

static void parse_options(struct options *options, int argc, char **argv)
{
	const char *late[OPTIONS] = { NULL };
	parse_early(options, argc, argv, late);
	parse_experiments(options, argc, argv);
	for (int i = 0; i < OPTIONS; i++) {
		if (late[i]) {
			parse_one(options, i, late[i]);
		}
	}
}

static void fill_defaults(struct request *request)
{
	struct error error;
	if (request->kernels.count == 0) {
		spec_list_add(
			&request->kernels, "kernel", kernel_form, kernel_form(0)->name, &error);
	}
	if (!request->time_given) {
		request->time_s = request->quick ? quick_time_s : default_time_s;
	}
	if (!request->runs_given) {
		request->runs = request->quick ? QUICK_RUNS : DEFAULT_RUNS;
	}
	if (!request->samples_given) {
		request->samples = request->quick ? QUICK_SAMPLES : DEFAULT_SAMPLES;
	}
}

void options_parse(struct options *options, int *argc, char **argv)
{
	char **own = calloc((size_t)*argc + 1, sizeof(*own));
	int own_count = 0;
	struct error error;
	if (!own) {
		die("gilbench: out of memory%s%s\n", "", "");
	}
	*options = (struct options){ .request.pin = PLACEMENT_CORE, .brief = true };
	if (getrandom(&options->request.seed, sizeof(options->request.seed), 0) < 0) {
		options->request.seed = 1;
	}
	options->request.seed >>= 32; /* short enough to be typed again */
	command_line_print(options->command_line, sizeof(options->command_line), *argc, argv);
	*argc = split_arguments(*argc, argv, own, &own_count);
	for (int i = 1; i < *argc; i++) {
		options->brief = options->brief && !changes_table(argv[i]);
	}
	parse_options(options, own_count, own);
	if (check_options(options, &error)) {
		die("gilbench: %s%s\n", error.text, "");
	}
	fill_defaults(&options->request);
	if (options->as_run) {
		options->out = NULL;
	}
	free(own);
}
