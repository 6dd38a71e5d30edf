/*
 * times: the time of one and the same work in every mode, over the number of workers. The main job.
 *
 * Unless told otherwise: the locks of CPython 2 and 3, and 1, 2, 4 and then powers of two up to
 * twice the allowed cores as numbers of workers. Beside each real interpreter that is given stands
 * the model of its lock, at its pace. Locks that switch every 50 or 100 ms get regions so long that
 * they show it, and fewer samples of them.
 */
#include "experiments.h"
#include "kernel_row.h"
#include "modes/modes.h"
#include "pairs.h"

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

/* What the rows of one line of the table have in common. */
struct line {
	struct plan *plan;
	const struct experiment_setting *setting;
	struct work *work;
	const struct mode *mode;
	const struct spec *lock; /* NULL: none, or a real one */
	const char *runtime;     /* NULL: none beside it */
	int64_t quantum_ns;      /* of its lock; 0: it has none, or each worker has its own */
	int samples;
};

static int add_row(const struct line *line, int workers, struct error *error)
{
	struct plan_parts parts = {
		.experiment = experiment_times.form.name,
		.kernel = line->work->spec.text,
		.mode = line->mode,
		.lock = line->lock && !line->mode->model ? line->lock->text : NULL,
		.runtime = line->runtime,
		.workers = workers,
		.samples = line->samples,
	};
	struct row *row = plan_add(line->plan, &parts, error);
	if (!row) {
		return -ENOMEM;
	}
	row->take = kernel_row_take;
	row->work = line->work;
	row->quantum_ns = line->quantum_ns;
	if (line->lock) {
		row->lock = *line->lock;
	}
	return 0;
}

static int add_line(const struct line *line, struct error *error)
{
	if (line->mode->single) {
		return add_row(line, 1, error);
	}
	struct worker_list list = list_workers(line->setting);
	int result = 0;
	for (size_t i = 0; !result && i < list.count; i++) {
		result = add_row(line, list.counts[i], error);
	}
	return result;
}

/* --- models ---------------------------------------------------------------------------------- */

/* The kernel's work, with regions of its own length for a lock that needs longer ones. */
static struct work *model_work(
	const struct line *line, const struct spec *kernel, int64_t region_ns, struct error *error)
{
	struct work wanted = { .kernel = kernel_at(kernel->index), .spec = *kernel };
	wanted.region_ns = region_ns;
	return plan_work(line->plan, &wanted, error);
}

static int add_lock(const struct line *mode_line, const struct spec *kernel,
	const struct spec *lock, struct error *error)
{
	struct line line = *mode_line;
	const struct options *options = line.setting->options;
	if (line.mode->locks == MODE_ONE_LOCK && lock) {
		line.quantum_ns = lockmodel_quantum_ns(lock);
	}
	int64_t region_ns = pairs_region_ns(options, line.quantum_ns);
	line.lock = lock;
	line.samples = pairs_samples(options, region_ns);
	line.work = model_work(&line, kernel, region_ns, error);
	return line.work ? add_line(&line, error) : -ENOMEM;
}

static int add_model_lines(const struct line *line, const struct spec *kernel, struct error *error)
{
	struct spec_list locks;
	if (line->mode->single) {
		return add_lock(line, kernel, NULL, error);
	}
	int result = list_locks(&locks, line->mode, line->setting, error);
	for (size_t i = 0; !result && i < locks.count; i++) {
		result = add_lock(line, kernel, &locks.specs[i], error);
	}
	return result;
}

/* --- real interpreters, and the models beside them ------------------------------------------- */

/* Processes have a lock each, so that no quantum shows. */
static int add_real_processes(const struct line *mode_line, const struct spec *kernel,
	struct interpreter *interpreter, struct error *error)
{
	struct line line = *mode_line;
	line.runtime = interpreter_name(interpreter);
	line.work = pairs_real_work(line.plan, kernel, interpreter, 0, error);
	return line.work ? add_line(&line, error) : -ENOMEM;
}

/* Real threads in mode `real`, and the model that stands for their lock in mode `gil`. */
static int add_pair_line(const struct line *mode_line, const struct spec *kernel,
	struct interpreter *interpreter, struct error *error)
{
	struct error none;
	struct line line = *mode_line;
	const struct options *options = line.setting->options;
	const struct spec *model = interpreter_model(interpreter, &none);
	if (!model && !line.mode->real) {
		return 0;
	}
	line.quantum_ns = model ? lockmodel_quantum_ns(model) : 0;
	line.runtime = interpreter_name(interpreter);
	int64_t region_ns = pairs_region_ns(options, line.quantum_ns);
	line.samples = pairs_samples(options, region_ns);
	line.work = pairs_real_work(line.plan, kernel, interpreter, region_ns, error);
	if (line.work && !line.mode->real) {
		line.lock = model;
		line.work = pairs_paced_work(line.plan, kernel, line.work, error);
	}
	return line.work ? add_line(&line, error) : -ENOMEM;
}

static int add_pair_lines(const struct line *line, const struct spec *kernel, struct error *error)
{
	int result = 0;
	for (size_t i = 0; !result && i < line->setting->interpreter_count; i++) {
		struct interpreter *interpreter = line->setting->interpreters[i];
		result = line->mode == &mode_real_processes
				 ? add_real_processes(line, kernel, interpreter, error)
				 : add_pair_line(line, kernel, interpreter, error);
	}
	return result;
}

/* --- all ------------------------------------------------------------------------------------- */

static int add_mode(struct plan *plan, const struct experiment_setting *setting,
	const struct mode *mode, const struct spec *kernel, struct error *error)
{
	struct line line = { .plan = plan, .setting = setting, .mode = mode };
	int result = mode->real ? 0 : add_model_lines(&line, kernel, error);
	if (!result && pairs_want(kernel) && (mode->real || mode == &mode_gil)) {
		result = add_pair_lines(&line, kernel, error);
	}
	return result;
}

static int add_kernel(struct plan *plan, const struct experiment_setting *setting,
	const struct spec *spec, struct error *error)
{
	int result = 0;
	for (size_t i = 0; !result && mode_at(i); i++) {
		if (options_want_mode(setting->options, i)) {
			result = add_mode(plan, setting, mode_at(i), spec, error);
		}
	}
	return result;
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
