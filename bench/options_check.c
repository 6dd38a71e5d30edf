/* See options_check.h. */
#include "options_check.h"

#include "experiment.h"
#include "experiments/experiments.h"
#include "experiments/pairs.h"
#include "mode.h"

#include <errno.h>

static bool all_experiments(
	const struct options *options, bool (*is)(const struct experiment *experiment))
{
	const struct spec_list *experiments = &options->experiments;
	for (size_t i = 0; i < experiments->count; i++) {
		if (!is(experiment_at(experiments->specs[i].index))) {
			return false;
		}
	}
	return experiments->count > 0;
}

static bool has_fixed_rows(const struct experiment *experiment)
{
	return experiment->fixed_rows;
}

static bool has_idle_rows(const struct experiment *experiment)
{
	return experiment->idle_rows;
}

/* An option that no experiment heeds is a misunderstanding, and not to be passed over. */
static int check_fixed_rows(const struct options *options, struct error *error)
{
	const char *idle = options->kernels.count        ? "kernel"
			   : options->modes.count        ? "mode"
			   : options->workers_count      ? "workers"
			   : options->interpreters_count ? "interpreter"
							 : NULL;
	if (idle && all_experiments(options, has_fixed_rows)) {
		return error_set(error, -EINVAL, "--%s has no meaning for %s; leave it out", idle,
			options->experiments.specs[0].text);
	}
	return 0;
}

/* How messages are sent is of interest where there are any. */
static int check_messages(const struct options *options, struct error *error)
{
	const char *idle = options->every_ns ? "every" : options->over_given ? "over" : NULL;
	for (size_t i = 0; i < options->experiments.count; i++) {
		if (experiment_at(options->experiments.specs[i].index) == &experiment_convoy) {
			return 0;
		}
	}
	return idle ? error_set(error, -EINVAL, "--%s has no meaning without convoy; leave it out",
			      idle)
		    : 0;
}

static int check_workers(const struct options *options, struct error *error)
{
	for (size_t i = 0; i < options->workers_count; i++) {
		if (options->workers[i] == 0 && !all_experiments(options, has_idle_rows)) {
			return error_set(error, -EINVAL,
				"--workers: 0 is allowed for convoy and bandwidth alone");
		}
	}
	return 0;
}

/* Interpreters have but one kernel, and rows of their own in modes that were asked for. */
static int check_interpreters(const struct options *options, struct error *error)
{
	bool kernel = options->kernels.count == 0;
	bool mode = options->modes.count == 0;
	for (size_t i = 0; i < options->kernels.count; i++) {
		kernel = kernel || pairs_want(&options->kernels.specs[i]);
	}
	for (size_t i = 0; i < options->modes.count; i++) {
		mode = mode || mode_at(options->modes.specs[i].index)->real;
	}
	if (kernel && mode) {
		return 0;
	}
	return error_set(error, -EINVAL,
		"--interpreter runs %s; add it, or leave --interpreter out",
		kernel ? "in the modes real and real-processes" : "the kernel countdown");
}

static int check_real_modes(const struct options *options, struct error *error)
{
	for (size_t i = 0; i < options->modes.count; i++) {
		if (mode_at(options->modes.specs[i].index)->real) {
			return error_set(error, -EINVAL, "--mode=%s needs an --interpreter",
				options->modes.specs[i].text);
		}
	}
	return 0;
}

int options_check(const struct options *options, struct error *error)
{
	int result = check_fixed_rows(options, error);
	result = result ? result : check_workers(options, error);
	result = result ? result : check_messages(options, error);
	if (result) {
		return result;
	}
	return options->interpreters_count ? check_interpreters(options, error)
					   : check_real_modes(options, error);
}
