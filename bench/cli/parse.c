/* See parse.h. */
#include "parse.h"

#include "experiment.h"
#include "kernel.h"
#include "lockmodel.h"
#include "mode.h"
#include "precision.h"
#include "runs.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SAMPLES_MAX = 1000 };
static const double time_min_s = 0.001;
static const double time_max_s = 600;

/* --- lists of specs -------------------------------------------------------------------------- */

int parse_kernel(struct options *options, const char *text, struct error *error)
{
	return spec_list_parse(&options->request.kernels, "kernel", kernel_form, text, error);
}

int parse_lock(struct options *options, const char *text, struct error *error)
{
	return spec_list_parse(&options->request.locks, "lock model", lockmodel_form, text, error);
}

int parse_mode(struct options *options, const char *text, struct error *error)
{
	return spec_list_parse(&options->request.modes, "mode", mode_form, text, error);
}

int parse_experiment(struct options *options, const char *text, struct error *error)
{
	return spec_list_add(
		&options->request.experiments, "experiment", experiment_form, text, error);
}

/* --- parameters of experiments as options ---------------------------------------------------- */

static bool has_param(const struct spec_form *form, const char *name)
{
	for (size_t i = 0; i < SPEC_PARAMS_MAX && form->params[i].name; i++) {
		if (strcmp(form->params[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* Sets the parameter in every experiment asked for that has it. */
static int set_param(
	struct options *options, const char *name, const char *value, struct error *error)
{
	struct spec_list *experiments = &options->request.experiments;
	bool found = false;
	for (size_t i = 0; i < experiments->count; i++) {
		struct spec *spec = &experiments->specs[i];
		char text[2 * SPEC_TEXT_MAX];
		if (!has_param(experiment_form(spec->index), name)) {
			continue;
		}
		found = true;
		snprintf(text, sizeof(text), "%s:%s=%s", spec->text, name, value);
		int result = spec_parse(spec, "experiment", experiment_form, text, error);
		if (result) {
			return result;
		}
	}
	return found ? 0
		     : error_set(error, -EINVAL, "no experiment asked for has a parameter '%s'",
			       name);
}

int parse_every(struct options *options, const char *text, struct error *error)
{
	return set_param(options, "every", text, error);
}

int parse_over(struct options *options, const char *text, struct error *error)
{
	return set_param(options, "over", text, error);
}

/* --- numbers --------------------------------------------------------------------------------- */

static bool parse_number(const char *text, long long min, long long max, long long *number)
{
	char *end;
	errno = 0;
	*number = strtoll(text, &end, 10);
	bool plain = text[0] >= '0' && text[0] <= '9' && *end == '\0';
	return plain && !errno && *number >= min && *number <= max;
}

static int add_workers(struct request *request, const char *text, struct error *error)
{
	long long number;
	/* Some experiments have rows without workers; check_options() refuses 0 for the others. */
	if (!parse_number(text, 0, REQUEST_WORKERS_MAX, &number)) {
		return error_set(error, -EINVAL,
			"invalid number of workers '%s'; it takes whole numbers from 1 to %d, "
			"separated by commas (and 0 where an experiment allows it)",
			text, REQUEST_WORKERS_MAX);
	}
	for (size_t i = 0; i < request->workers_count; i++) {
		if (request->workers[i] == number) {
			return 0;
		}
	}
	if (request->workers_count == REQUEST_LIST_MAX) {
		return error_set(
			error, -EINVAL, "more than %d numbers of workers", REQUEST_LIST_MAX);
	}
	request->workers[request->workers_count++] = (int)number;
	return 0;
}

int parse_workers(struct options *options, const char *text, struct error *error)
{
	char *copy = strdup(text);
	char *rest = copy;
	int result = copy ? 0 : error_set(error, -ENOMEM, "out of memory");
	while (!result && rest) {
		result = add_workers(&options->request, strsep(&rest, ","), error);
	}
	free(copy);
	return result;
}

int parse_time(struct options *options, const char *text, struct error *error)
{
	char *end;
	double time_s = strtod(text, &end);
	bool number = end != text && *end == '\0' && isfinite(time_s);
	if (!number || time_s < time_min_s || time_s > time_max_s) {
		return error_set(error, -EINVAL,
			"invalid time '%s'; it takes seconds, from %g to %g", text, time_min_s,
			time_max_s);
	}
	options->request.time_s = time_s;
	options->request.time_given = true;
	return 0;
}

int parse_samples(struct options *options, const char *text, struct error *error)
{
	long long number;
	if (!parse_number(text, 1, SAMPLES_MAX, &number)) {
		return error_set(error, -EINVAL,
			"invalid number of samples '%s'; it takes a whole number from 1 to %d",
			text, SAMPLES_MAX);
	}
	options->request.samples = (int)number;
	options->request.samples_given = true;
	return 0;
}

/* "auto" or "auto:PERCENT%". */
static bool parse_auto(const char *text, double *precision)
{
	static const double initial = 0.02;
	char *end;
	*precision = initial;
	if (strncmp(text, "auto", 4) != 0 || text[4] == '\0') {
		return strcmp(text, "auto") == 0;
	}
	*precision = strtod(text + 5, &end) / 100;
	return text[4] == ':' && end != text + 5 && strcmp(end, "%") == 0 && *precision > 0 &&
	       *precision <= 1;
}

int parse_runs(struct options *options, const char *text, struct error *error)
{
	long long number = PRECISION_RUNS_MAX;
	if (parse_auto(text, &options->request.precision)) {
		options->request.runs = PRECISION_RUNS_MAX;
		options->request.runs_given = true;
		return 0;
	}
	options->request.precision = 0;
	if (!parse_number(text, 1, RUNS_MAX, &number)) {
		return error_set(error, -EINVAL,
			"invalid number of runs '%s'; it takes a whole number from 1 to %d, auto, "
			"or auto:PERCENT%%",
			text, RUNS_MAX);
	}
	options->request.runs = (int)number;
	options->request.runs_given = true;
	return 0;
}

int parse_seed(struct options *options, const char *text, struct error *error)
{
	long long number;
	if (!parse_number(text, 0, INT64_MAX, &number)) {
		return error_set(error, -EINVAL,
			"invalid seed '%s'; it takes a whole number from 0 to %lld", text,
			(long long)INT64_MAX);
	}
	options->request.seed = (uint64_t)number;
	return 0;
}

/* --- others ---------------------------------------------------------------------------------- */

int parse_interpreter(struct options *options, const char *text, struct error *error)
{
	if (text[strspn(text, " \t")] == '\0') {
		return error_set(error, -EINVAL, "it takes a command, as in python3");
	}
	if (options->interpreters_count == REQUEST_LIST_MAX) {
		return error_set(error, -EINVAL, "more than %d interpreters", REQUEST_LIST_MAX);
	}
	options->interpreters[options->interpreters_count++] = text;
	return 0;
}

int parse_pin(struct options *options, const char *text, struct error *error)
{
	struct spec spec;
	int result = spec_parse(&spec, "placement", placement_form, text, error);
	if (!result) {
		options->request.pin = (enum placement_policy)spec.index;
	}
	return result;
}

int parse_out(struct options *options, const char *text, struct error *error)
{
	options->out = text;
	return text[0] ? 0 : error_set(error, -EINVAL, "it takes the name of a file");
}

/* A folder of results is named after the machine (scripts/bench). */
int parse_machine(struct options *options, const char *text, struct error *error)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				      "0123456789._-";
	if (!text[0] || text[0] == '.' || text[strspn(text, allowed)]) {
		return error_set(error, -EINVAL,
			"invalid name '%s'; it takes letters, digits, '.', '_' and '-', and does "
			"not "
			"begin with '.'",
			text);
	}
	options->machine = text;
	return 0;
}

int parse_quick(struct options *options, const char *text, struct error *error)
{
	(void)text;
	(void)error;
	options->request.quick = true;
	return 0;
}

int parse_quiet(struct options *options, const char *text, struct error *error)
{
	(void)text;
	(void)error;
	options->quiet = true;
	return 0;
}

int parse_verbose(struct options *options, const char *text, struct error *error)
{
	(void)text;
	(void)error;
	options->brief = false;
	return 0;
}

int parse_strict(struct options *options, const char *text, struct error *error)
{
	(void)text;
	(void)error;
	options->strict = true;
	return 0;
}

/* As the process of a run, it neither writes files nor reads what says so. */
int parse_as_run(struct options *options, const char *text, struct error *error)
{
	(void)text;
	(void)error;
	options->as_run = true;
	unsetenv("BENCHMARK_OUT");
	return 0;
}
