/*
 * times: the time of one and the same work in every mode, over the number of workers. The main job.
 *
 * Unless told otherwise: the locks of CPython 2 and 3, and 1, 2, 4 and then powers of two up to
 * twice the allowed cores as numbers of workers.
 */
#include "experiments.h"

#include <errno.h>

static const char default_locks[] = "cpython2,cpython3";

struct worker_list {
	int counts[OPTIONS_LIST_MAX];
	size_t count;
};

static struct worker_list list_workers(const struct experiment_setting *setting)
{
	const struct options *options = setting->options;
	struct worker_list list = { .count = options->workers_count };
	for (size_t i = 0; i < list.count; i++) {
		list.counts[i] = options->workers[i];
	}
	if (list.count == 0) {
		int most = 2 * placement_cores(setting->placement);
		for (int workers = 1; workers <= 4 || workers <= most; workers *= 2) {
			list.counts[list.count++] = workers;
		}
	}
	return list;
}

/* The locks that a mode is run with: the mode's only one, those asked for, or the defaults. */
static int list_locks(struct spec_list *locks, const struct mode *mode,
	const struct experiment_setting *setting, struct error *error)
{
	if (!mode->model && setting->options->locks.count > 0) {
		*locks = setting->options->locks;
		return 0;
	}
	locks->count = 0;
	return spec_list_parse(locks, "lock model", lockmodel_form,
		mode->model ? mode->model : default_locks, error);
}

static int add_row(struct plan *plan, struct work *work, const struct mode *mode,
	const struct spec *lock, int workers, struct error *error)
{
	struct plan_parts parts = {
		.experiment = experiment_times.form.name,
		.kernel = work->spec.text,
		.mode = mode,
		.lock = lock && !mode->model ? lock->text : NULL,
		.workers = workers,
	};
	struct row *row = plan_add(plan, &parts, error);
	if (!row) {
		return -ENOMEM;
	}
	row->work = work;
	if (lock) {
		row->lock = *lock;
	}
	return 0;
}

static int add_workers(struct plan *plan, const struct experiment_setting *setting,
	struct work *work, const struct mode *mode, const struct spec *lock, struct error *error)
{
	struct worker_list list = list_workers(setting);
	for (size_t i = 0; i < list.count; i++) {
		int result = add_row(plan, work, mode, lock, list.counts[i], error);
		if (result) {
			return result;
		}
	}
	return 0;
}

static int add_mode(struct plan *plan, const struct experiment_setting *setting, struct work *work,
	const struct mode *mode, struct error *error)
{
	struct spec_list locks;
	if (mode->single) {
		return add_row(plan, work, mode, NULL, 1, error);
	}
	int result = list_locks(&locks, mode, setting, error);
	for (size_t i = 0; !result && i < locks.count; i++) {
		result = add_workers(plan, setting, work, mode, &locks.specs[i], error);
	}
	return result;
}

static int add_kernel(struct plan *plan, const struct experiment_setting *setting,
	const struct spec *spec, struct error *error)
{
	struct work *work = plan_work(plan, kernel_at(spec->index), spec, error);
	if (!work) {
		return -ENOMEM;
	}
	for (size_t i = 0; mode_at(i); i++) {
		if (options_want_mode(setting->options, i)) {
			int result = add_mode(plan, setting, work, mode_at(i), error);
			if (result) {
				return result;
			}
		}
	}
	return 0;
}

static int plan_times(
	struct plan *plan, const struct experiment_setting *setting, struct error *error)
{
	const struct spec_list *kernels = &setting->options->kernels;
	for (size_t i = 0; i < kernels->count; i++) {
		int result = add_kernel(plan, setting, &kernels->specs[i], error);
		if (result) {
			return result;
		}
	}
	return 0;
}

const struct experiment experiment_times = {
	.form = {
		.name = "times",
		.summary = "seconds for the same work in every mode, over the number of workers",
	},
	.plan = plan_times,
};
