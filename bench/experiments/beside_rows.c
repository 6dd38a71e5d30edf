/* See beside_rows.h. */
#include "beside_rows.h"

#include "beside_row.h"
#include "modes/modes.h"
#include "pairs.h"

#include <errno.h>

/* How long messages are sent for one sample. */
static const double default_window_s = 2;
static const double quick_window_s = 0.5;
enum { DEFAULT_SAMPLES = 3, QUICK_SAMPLES = 2 };
/* What is to be compared needs more. */
enum { PAIR_SAMPLES = 5 };

/* What a run's rows are made from: one of them, to which a mode, a lock and so on are added. */
struct rows {
	struct plan *plan;
	const struct experiment_setting *setting;
	const struct spec *kernel;
	struct beside_row row;
};

/* --- what was asked for ---------------------------------------------------------------------- */

static int64_t window_ns(const struct options *options)
{
	double window_s = options->time_given ? options->time_s
			  : options->quick    ? quick_window_s
					      : default_window_s;
	return (int64_t)(window_s * 1e9);
}

static int samples(const struct options *options, bool pair)
{
	int samples = options->quick ? QUICK_SAMPLES : pair ? PAIR_SAMPLES : DEFAULT_SAMPLES;
	return options->samples_given ? options->samples : samples;
}

static bool wants_mode(const struct options *options, const struct mode *mode)
{
	size_t index = 0;
	while (mode_at(index) != mode) {
		index++;
	}
	return options_want_mode(options, index);
}

static const char *default_locks(const struct mode *mode)
{
	return mode->model ? mode->model : mode->locks == MODE_OWN_LOCKS ? "cpython3" : "all";
}

/* The locks that a mode is run with. */
static int list_locks(struct spec_list *locks, const struct mode *mode,
	const struct options *options, struct error *error)
{
	bool chosen = options->locks.count > 0 && !mode->model;
	if (chosen) {
		*locks = options->locks;
		return 0;
	}
	*locks = (struct spec_list){ 0 };
	return spec_list_parse(locks, "lock model", lockmodel_form, default_locks(mode), error);
}

/* By default a global lock is one that excludes. */
static bool is_wanted(
	const struct spec *lock, const struct mode *mode, const struct options *options)
{
	return options->locks.count > 0 || mode->model || lockmodel_excludes(lock);
}

/* --- rows ------------------------------------------------------------------------------------ */

/* One for each number of workers. */
static int add_line(struct rows *rows, struct error *error)
{
	static const int default_workers[] = { 0, 1, 2, 4 };
	const struct options *options = rows->setting->options;
	bool given = options->workers_count > 0;
	const int *workers = given ? options->workers : default_workers;
	size_t count = given ? options->workers_count
			     : sizeof(default_workers) / sizeof(default_workers[0]);
	int result = 0;
	for (size_t i = 0; !result && i < count; i++) {
		rows->row.job.workers = workers[i];
		result = beside_row_add(rows->plan, &rows->row, error);
	}
	return result;
}

static int add_models(struct rows *rows, struct error *error)
{
	const struct options *options = rows->setting->options;
	const struct mode *mode = rows->row.job.mode;
	struct work wanted = {
		.kernel = kernel_at(rows->kernel->index),
		.spec = *rows->kernel,
	};
	struct spec_list locks;
	int result = list_locks(&locks, mode, options, error);
	rows->row.runtime = NULL;
	rows->row.samples = samples(options, false);
	rows->row.job.work = result ? NULL : plan_work(rows->plan, &wanted, error);
	if (!rows->row.job.work) {
		return result ? result : -ENOMEM;
	}
	for (size_t i = 0; !result && i < locks.count; i++) {
		rows->row.job.lock = &locks.specs[i];
		result = is_wanted(&locks.specs[i], mode, options) ? add_line(rows, error) : 0;
	}
	rows->row.job.lock = NULL;
	return result;
}

/* The interpreter itself in the mode `real`, the model of its lock in the mode `gil`. */
static int add_pair(struct rows *rows, struct interpreter *interpreter, struct error *error)
{
	struct error none;
	bool real = rows->row.job.mode->real;
	const struct spec *model = real ? NULL : interpreter_model(interpreter, &none);
	if (!real && !model) {
		return 0;
	}
	struct work *work = pairs_real_work(rows->plan, rows->kernel, interpreter, 0, error);
	if (work && !real) {
		work = pairs_paced_work(rows->plan, rows->kernel, work, error);
	}
	if (!work) {
		return -ENOMEM;
	}
	rows->row.runtime = interpreter_name(interpreter);
	rows->row.samples = samples(rows->setting->options, true);
	rows->row.job.work = work;
	rows->row.job.lock = model;
	return add_line(rows, error);
}

static int add_pairs(struct rows *rows, struct error *error)
{
	const struct experiment_setting *setting = rows->setting;
	int result = 0;
	for (size_t i = 0; !result && i < setting->interpreter_count; i++) {
		result = add_pair(rows, setting->interpreters[i], error);
	}
	return result;
}

static int add_mode(struct rows *rows, const struct mode *mode, struct error *error)
{
	rows->row.job.mode = mode;
	int result = mode->real ? 0 : add_models(rows, error);
	if (!result && pairs_want(rows->kernel) && (mode->real || mode == &mode_gil)) {
		result = add_pairs(rows, error);
	}
	return result;
}

static int add_kernel(struct rows *rows, const struct spec *kernel, struct error *error)
{
	static const struct mode *const modes[] = { &mode_gil, &mode_threads, &mode_processes,
		&mode_real };
	int result = 0;
	rows->kernel = kernel;
	for (size_t i = 0; !result && i < sizeof(modes) / sizeof(modes[0]); i++) {
		if (wants_mode(rows->setting->options, modes[i])) {
			result = add_mode(rows, modes[i], error);
		}
	}
	return result;
}

int beside_rows_plan(struct plan *plan, const struct experiment_setting *setting,
	enum beside_kind kind, struct error *error)
{
	const struct options *options = setting->options;
	const struct spec_list *kernels = &options->kernels;
	size_t before = plan->count;
	struct rows rows = {
		.plan = plan,
		.setting = setting,
		.row = {
			.job = {
				.kind = kind,
				.over = options->over,
				.every_ns = options->every_ns,
				.window_ns = window_ns(options),
			},
		},
	};
	int result = 0;
	for (size_t i = 0; !result && i < kernels->count; i++) {
		result = add_kernel(&rows, &kernels->specs[i], error);
	}
	/* There would be some, had their interpreters not been left out. */
	bool left_out = options->interpreters_count && wants_mode(options, &mode_real);
	if (!result && plan->count == before && !left_out) {
		return error_set(error, -EINVAL,
			"%s has no rows in the modes asked for; it has them in gil, threads, "
			"processes and, with --interpreter, real",
			kind == BESIDE_CONVOY ? "convoy" : "bandwidth");
	}
	return result;
}
