/*
 * See options.h. One table holds the options: their names, what the help says, and the function
 * that takes the argument; getopt_long's own table is made from it.
 */
#include "options.h"

#include "experiment.h"
#include "kernel.h"
#include "lockmodel.h"
#include "mode.h"
#include "options_check.h"
#include "usage.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static const double default_time_s = 0.4;
static const double quick_time_s = 0.15;
enum { DEFAULT_SAMPLES = 12, QUICK_SAMPLES = 4, SAMPLES_MAX = 1000 };
static const double time_min_s = 0.001;
static const double time_max_s = 600;

/* --- the options ----------------------------------------------------------------------------- */

static int parse_kernel(struct options *options, const char *text, struct error *error)
{
	return spec_list_parse(&options->kernels, "kernel", kernel_form, text, error);
}

static int parse_lock(struct options *options, const char *text, struct error *error)
{
	return spec_list_parse(&options->locks, "lock model", lockmodel_form, text, error);
}

static int parse_mode(struct options *options, const char *text, struct error *error)
{
	return spec_list_parse(&options->modes, "mode", mode_form, text, error);
}

static bool parse_number(const char *text, long long min, long long max, long long *number)
{
	char *end;
	errno = 0;
	*number = strtoll(text, &end, 10);
	bool plain = text[0] >= '0' && text[0] <= '9' && *end == '\0';
	return plain && !errno && *number >= min && *number <= max;
}

static int add_workers(struct options *options, const char *text, struct error *error)
{
	long long number;
	/* Some experiments have rows without any; options_check() sees to the others. */
	if (!parse_number(text, 0, OPTIONS_WORKERS_MAX, &number)) {
		return error_set(error, -EINVAL,
			"'%s' is no number of workers; allowed are whole numbers from 1 to %d, "
			"with commas between them (and 0, in convoy and bandwidth)",
			text, OPTIONS_WORKERS_MAX);
	}
	for (size_t i = 0; i < options->workers_count; i++) {
		if (options->workers[i] == number) {
			return 0;
		}
	}
	if (options->workers_count == OPTIONS_LIST_MAX) {
		return error_set(
			error, -EINVAL, "more than %d numbers of workers", OPTIONS_LIST_MAX);
	}
	options->workers[options->workers_count++] = (int)number;
	return 0;
}

static int parse_workers(struct options *options, const char *text, struct error *error)
{
	char *copy = strdup(text);
	char *rest = copy;
	int result = copy ? 0 : error_set(error, -ENOMEM, "out of memory");
	while (!result && rest) {
		result = add_workers(options, strsep(&rest, ","), error);
	}
	free(copy);
	return result;
}

static int parse_interpreter(struct options *options, const char *text, struct error *error)
{
	if (options->interpreters_count == OPTIONS_LIST_MAX) {
		return error_set(error, -EINVAL, "more than %d interpreters", OPTIONS_LIST_MAX);
	}
	options->interpreters[options->interpreters_count++] = text;
	return text[strspn(text, " \t")]
		       ? 0
		       : error_set(error, -EINVAL, "it takes a command, as in python3");
}

static int parse_every(struct options *options, const char *text, struct error *error)
{
	static const struct spec_param every = {
		.kind = SPEC_DURATION,
		.min = 10000,
		.max = INT64_C(10000000000),
	};
	if (!spec_parse_value(text, &every, &options->every_ns)) {
		return error_set(error, -EINVAL,
			"'%s' is not allowed; it takes a time from 10us to 10s, as in 2ms", text);
	}
	return 0;
}

static int parse_over(struct options *options, const char *text, struct error *error)
{
	struct spec spec;
	int result = spec_parse(&spec, "link", link_form, text, error);
	options->over = (enum link_kind)spec.index;
	options->over_given = true;
	return result;
}

static int parse_time(struct options *options, const char *text, struct error *error)
{
	char *end;
	options->time_s = strtod(text, &end);
	bool number = end != text && *end == '\0' && isfinite(options->time_s);
	if (!number || options->time_s < time_min_s || options->time_s > time_max_s) {
		return error_set(error, -EINVAL,
			"'%s' is not allowed; it takes seconds, from %g to %g", text, time_min_s,
			time_max_s);
	}
	options->time_given = true;
	return 0;
}

static int parse_samples(struct options *options, const char *text, struct error *error)
{
	long long number;
	if (!parse_number(text, 1, SAMPLES_MAX, &number)) {
		return error_set(error, -EINVAL,
			"'%s' is not allowed; it takes a whole number from 1 to %d", text,
			SAMPLES_MAX);
	}
	options->samples = (int)number;
	options->samples_given = true;
	return 0;
}

static int parse_quick(struct options *options, const char *text, struct error *error)
{
	(void)text;
	(void)error;
	options->quick = true;
	return 0;
}

static int parse_pin(struct options *options, const char *text, struct error *error)
{
	struct spec spec;
	int result = spec_parse(&spec, "placement", placement_form, text, error);
	options->pin = (enum placement_policy)spec.index;
	return result;
}

static int parse_seed(struct options *options, const char *text, struct error *error)
{
	long long number;
	if (!parse_number(text, 0, INT64_MAX, &number)) {
		return error_set(
			error, -EINVAL, "'%s' is not allowed; it takes a whole number", text);
	}
	options->seed = (uint64_t)number;
	return 0;
}

static int parse_out(struct options *options, const char *text, struct error *error)
{
	options->out = text;
	return text[0] ? 0 : error_set(error, -EINVAL, "it takes the name of a file");
}

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

static const struct {
	const char *name;
	const char *argument; /* NULL: takes none */
	const char *help;
	int (*parse)(struct options *options, const char *text, struct error *error);
} table[] = {
	{ "kernel", "NAME,...|all", "what is computed; default: countdown", parse_kernel },
	{ "lock", "SPEC,...|all",
		"lock models, as in cpython3:interval=500us;\n"
		"default: the experiment's choice",
		parse_lock },
	{ "mode", "NAME,...", "ways to run the kernel; default: all", parse_mode },
	{ "workers", "N,...",
		"numbers of threads or processes; default: 1, 2, 4\n"
		"and powers of two up to twice the allowed cores;\n"
		"in convoy and bandwidth 0, 1, 2, 4",
		parse_workers },
	{ "interpreter", "COMMAND",
		"a real interpreter to run beside the models, as in\n"
		"python3 or \"taskset -c 0 ruby\"; may be repeated",
		parse_interpreter },
	{ "time", "SECONDS",
		"length of the sequential region, to which the work is\n"
		"calibrated; default: 0.4, and 20 times the lock's\n"
		"quantum where that is longer. In convoy and\n"
		"bandwidth: how long messages come; default: 2",
		parse_time },
	{ "samples", "N",
		"samples of each row; default: 12, 5 of long ones; in\n"
		"convoy and bandwidth 3, beside interpreters 5",
		parse_samples },
	{ "quick", NULL, "less exact, in a fifth of the time", parse_quick },
	{ "every", "TIME", "convoy: time from message to message; default: 10ms", parse_every },
	{ "over", "pipe|udp", "convoy: how they are sent; default: pipe", parse_over },
	{ "pin", "core|pu|same|none", "where workers are bound; default: core", parse_pin },
	{ "seed", "N", "of the random order of the samples; default: drawn", parse_seed },
	{ "out", "FILE", "write the results here, as JSON", parse_out },
	{ "list", NULL, "what experiments, kernels, locks, modes there are", print_list },
	{ "version", NULL, "the version", print_version },
};

enum { OPTIONS = sizeof(table) / sizeof(table[0]) };

/* --- help ------------------------------------------------------------------------------------ */

void options_print_help(void)
{
	usage_print_head();
	for (size_t i = 0; i < OPTIONS; i++) {
		usage_print_option(table[i].name, table[i].argument, table[i].help);
	}
	usage_print_option("help", NULL, "this text");
	usage_print_tail();
}

/* --- parsing --------------------------------------------------------------------------------- */

__attribute__((noreturn)) static void die(const char *format, const char *what, const char *why)
{
	fprintf(stderr, format, what, why);
	exit(EXIT_FAILURE);
}

/* Google Benchmark's options that are about the look of its table. */
static bool about_the_table(const char *argument)
{
	static const char *const prefixes[] = { "--benchmark_format",
		"--benchmark_counters_tabular", "--benchmark_display_aggregates_only",
		"--benchmark_report_aggregates_only" };
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		if (strncmp(argument, prefixes[i], strlen(prefixes[i])) == 0) {
			return true;
		}
	}
	return false;
}

/* Moves what belongs to Google Benchmark to the front of argv; returns how many that are. */
static int split_arguments(int argc, char **argv, char **own, int *own_count)
{
	int theirs = 1;
	own[(*own_count)++] = argv[0];
	for (int i = 1; i < argc; i++) {
		bool passed_on = strncmp(argv[i], "--benchmark_", strlen("--benchmark_")) == 0 ||
				 strcmp(argv[i], "--help") == 0;
		if (passed_on) {
			argv[theirs++] = argv[i];
		} else {
			own[(*own_count)++] = argv[i];
		}
	}
	return theirs;
}

/* Of the argument before optind, or of optopt: the number of an option, or a letter. */
__attribute__((noreturn)) static void refuse_option(char **argv)
{
	const char letter[] = { '-', (char)optopt, '\0' };
	if (optopt > 0 && optopt <= OPTIONS) {
		die("gilbench: --%s takes no value%s; see gilbench --help\n",
			table[optopt - 1].name, "");
	}
	die("gilbench: unknown option '%s'%s; gilbench --help lists what there is\n",
		optopt ? letter : argv[optind - 1], "");
}

static void parse_options(struct options *options, int argc, char **argv)
{
	struct option long_options[OPTIONS + 1] = { { 0 } };
	for (int i = 0; i < OPTIONS; i++) {
		long_options[i] = (struct option){
			.name = table[i].name,
			.has_arg = table[i].argument ? required_argument : no_argument,
			.val = i + 1,
		};
	}
	int option;
	opterr = 0;
	while ((option = getopt_long(argc, argv, ":", long_options, NULL)) != -1) {
		struct error error;
		if (option == '?') {
			refuse_option(argv);
		}
		/* No value begins like an option: there, the value was forgotten. */
		bool swallowed = optarg == argv[optind - 1] && strncmp(optarg, "--", 2) == 0;
		if (option == ':' || swallowed) {
			die("gilbench: --%s needs a value%s; see gilbench --help\n",
				table[(option == ':' ? optopt : option) - 1].name, "");
		}
		if (table[option - 1].parse(options, optarg, &error)) {
			die("gilbench: --%s: %s\n", table[option - 1].name, error.text);
		}
	}
	for (; optind < argc; optind++) {
		struct error error;
		if (spec_list_add(&options->experiments, "experiment", experiment_form,
			    argv[optind], &error)) {
			die("gilbench: %s%s\n", error.text, "");
		}
	}
}

/* What was not given. */
static void fill_defaults(struct options *options)
{
	struct error error;
	if (options->experiments.count == 0) {
		spec_list_add(&options->experiments, "experiment", experiment_form,
			experiment_form(0)->name, &error);
	}
	if (options->kernels.count == 0) {
		spec_list_add(
			&options->kernels, "kernel", kernel_form, kernel_form(0)->name, &error);
	}
	if (options->time_s == 0) {
		options->time_s = options->quick ? quick_time_s : default_time_s;
	}
	if (options->samples == 0) {
		options->samples = options->quick ? QUICK_SAMPLES : DEFAULT_SAMPLES;
	}
}

void options_parse(struct options *options, int *argc, char **argv)
{
	char **own = calloc((size_t)*argc + 1, sizeof(*own));
	int own_count = 0;
	if (!own) {
		die("gilbench: out of memory%s%s\n", "", "");
	}
	*options = (struct options){ .pin = PLACEMENT_CORE };
	if (getrandom(&options->seed, sizeof(options->seed), 0) < 0) {
		options->seed = 1;
	}
	options->seed >>= 32; /* short enough to be typed again */
	*argc = split_arguments(*argc, argv, own, &own_count);
	options->brief = true;
	for (int i = 1; i < *argc; i++) {
		options->brief = options->brief && !about_the_table(argv[i]);
	}
	parse_options(options, own_count, own);
	struct error error;
	if (options_check(options, &error)) {
		die("gilbench: %s%s\n", error.text, "");
	}
	fill_defaults(options);
	free(own);
}

bool options_want_mode(const struct options *options, size_t mode_index)
{
	for (size_t i = 0; i < options->modes.count; i++) {
		if (options->modes.specs[i].index == mode_index) {
			return true;
		}
	}
	return options->modes.count == 0;
}
