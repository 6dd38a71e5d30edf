/* See check.h. What an experiment has, its axes and smallest number of workers, is in its grid. */
#include "check.h"

#include "experiment.h"
#include "kernel.h"
#include "mode.h"

#include <errno.h>
#include <stdio.h>

static const struct experiment *experiment_of(const struct request *request, size_t index)
{
	return experiment_at(request->experiments.specs[index].index);
}

/* The axes that at least one of the experiments has. */
static unsigned all_axes(const struct request *request)
{
	unsigned axes = 0;
	for (size_t i = 0; i < request->experiments.count; i++) {
		axes |= experiment_of(request, i)->grid.axes;
	}
	return axes;
}

/* An option that no experiment heeds is a mistake of the user's, and must not be ignored. */
static int check_axes(const struct options *options, struct error *error)
{
	const struct request *request = &options->request;
	const struct {
		unsigned axis;
		bool given;
		const char *option;
	} uses[] = {
		{ GRID_KERNEL, request->kernels.count > 0, "kernel" },
		{ GRID_MODE, request->modes.count > 0, "mode" },
		{ GRID_LOCK, request->locks.count > 0, "lock" },
		{ GRID_WORKERS, request->workers_count > 0, "workers" },
		{ GRID_RUNTIME, options->interpreters_count > 0, "interpreter" },
	};
	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		if (uses[i].given && !(all_axes(request) & uses[i].axis)) {
			return error_set(error, -EINVAL, "--%s has no meaning for %s; omit it",
				uses[i].option, request->experiments.specs[0].text);
		}
	}
	return 0;
}

static int check_workers(const struct request *request, struct error *error)
{
	for (size_t i = 0; i < request->workers_count; i++) {
		for (size_t k = 0; k < request->experiments.count; k++) {
			const struct experiment *experiment = experiment_of(request, k);
			if (request->workers[i] < experiment->grid.workers_min &&
				(experiment->grid.axes & GRID_WORKERS)) {
				return error_set(error, -EINVAL,
					"--workers=%d is not allowed for %s; it takes numbers from "
					"%d to %d",
					request->workers[i], experiment->form.name,
					experiment->grid.workers_min, REQUEST_WORKERS_MAX);
			}
		}
	}
	return 0;
}

/* The kernels that interpreters run. */
static void print_paired_kernels(char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0, used = 0; kernel_at(i) && used < size; i++) {
		if (kernel_at(i)->set_pace) {
			used += (size_t)snprintf(text + used, size - used, "%s%s",
				used ? " or " : "", kernel_form(i)->name);
		}
	}
}

static void print_real_modes(char *text, size_t size)
{
	text[0] = '\0';
	for (size_t i = 0, used = 0; mode_at(i) && used < size; i++) {
		if (mode_at(i)->real) {
			used += (size_t)snprintf(text + used, size - used, "%s%s",
				used ? " or " : "", mode_form(i)->name);
		}
	}
}

/* Interpreters run some kernels only, and only in real modes. */
static int check_interpreters(const struct request *request, struct error *error)
{
	char names[128];
	bool kernel = request->kernels.count == 0;
	bool mode = request->modes.count == 0;
	for (size_t i = 0; i < request->kernels.count; i++) {
		kernel = kernel || request_is_paired(&request->kernels.specs[i]);
	}
	for (size_t i = 0; i < request->modes.count; i++) {
		mode = mode || mode_at(request->modes.specs[i].index)->real;
	}
	if (!kernel) {
		print_paired_kernels(names, sizeof(names));
		return error_set(error, -EINVAL,
			"--interpreter needs --kernel=%s among the kernels; add it, or omit "
			"--interpreter",
			names);
	}
	if (!mode) {
		print_real_modes(names, sizeof(names));
		return error_set(error, -EINVAL,
			"--interpreter needs --mode=%s among the modes; add it, or omit "
			"--interpreter",
			names);
	}
	return 0;
}

static int check_real_modes(const struct request *request, struct error *error)
{
	for (size_t i = 0; i < request->modes.count; i++) {
		if (mode_at(request->modes.specs[i].index)->real) {
			return error_set(error, -EINVAL, "--mode=%s needs an --interpreter",
				request->modes.specs[i].text);
		}
	}
	return 0;
}

int check_options(const struct options *options, struct error *error)
{
	const struct request *request = &options->request;
	int result = check_axes(options, error);
	result = result ? result : check_workers(request, error);
	if (result) {
		return result;
	}
	return options->interpreters_count ? check_interpreters(request, error)
					   : check_real_modes(request, error);
}
