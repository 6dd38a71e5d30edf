/*
 * order: how finely the work of several workers interleaves, and that nothing is lost.
 *
 * The workers append marks to one log, after each unit of the kernel, with no lock but that of the
 * mode; see order_region.h. A run is a row of marks of one worker. The value of a row is the time per
 * run: how long a worker goes on before the mark of another one follows. Under a lock that excludes,
 * and through a pipe, a lost mark fails the sample; free threads may lose some, which are counted.
 */
#include "order_region.h"

#include "budget.h"
#include "grid_work.h"
#include "registry.h"
#include "runtime_task.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * How long marks are appended: to see some switch intervals of a lock, and at least so long that
 * 20 of CPython 3 fit. --time, if given, comes first.
 */
static const int64_t least_ns = 100 * INT64_C(1000000);
static const int64_t quick_least_ns = 50 * INT64_C(1000000);
enum { QUANTA = 6, QUICK_QUANTA = 2 };

/* Samples per run of a window of the usual length; of longer ones, one. */
enum { SAMPLES = 2 };

/* What a row keeps. */
struct own {
	const struct interpreter *interpreter; /* NULL: gilbench's own workers */
	int64_t window_ns;
};

/* --- samples --------------------------------------------------------------------------------- */

/* Adds the counters. `wall_ns` is from the first worker's start to the last worker's end. */
static int fill_sample(struct sample *sample, const struct order_result *result, int64_t wall_ns)
{
	struct counters *counters = &sample->counters;
	const struct mark_runs *runs = &result->runs;
	double wall_s = (double)wall_ns / 1e9;
	sample->seconds = wall_s / (double)runs->runs;
	if (result->full) {
		sample_mark(sample, "log full");
	}
	bool failed = counters_add(counters, "marks", (double)result->appended) ||
		      counters_add(counters, "marks_per_s", (double)result->appended / wall_s) ||
		      counters_add(counters, "lost", (double)result->lost) ||
		      counters_add(counters, "run_switches", (double)(runs->runs - 1)) ||
		      counters_add(counters, "run_p50", (double)runs->p50) ||
		      counters_add(counters, "run_p90", (double)runs->p90) ||
		      counters_add(counters, "run_max", (double)runs->longest);
	return failed ? error_set(&sample->error, -ENOMEM, "out of memory for a counter") : 0;
}

static int take_model(const struct row *row, const struct limits *limits, struct sample *sample)
{
	const struct own *own = row->own;
	const struct order_job job = {
		.team = row->team,
		.locks = row->locks,
		.lock = &row->lock,
		.load = &row->work->load,
		.placement = row->placement,
		.workers = row->workers,
		.window_ns = own->window_ns,
		.may_lose = row->team == TEAM_THREADS && !lockmodel_excludes(&row->lock),
	};
	struct order_result result = { 0 };
	int failed = order_region_run(&job, limits, &sample->region, &result, &sample->error);
	return failed ? failed : fill_sample(sample, &result, sample->region.wall_ns);
}

/* The numbers that the interpreter's program reports; see runtimes/programs/tasks/order.py. */
static int read_values(const struct runtime_task *task, const struct runtime_values *values,
	struct order_result *result, int64_t *wall_ns, struct error *error)
{
	size_t wall = 0;
	struct mark_runs *runs = &result->runs;
	const struct {
		const char *name;
		size_t *number;
	} wanted[] = {
		{ "wall_ns", &wall },
		{ "marks", &result->appended },
		{ "kept", &runs->marks },
		{ "runs", &runs->runs },
		{ "run_p50", &runs->p50 },
		{ "run_p90", &runs->p90 },
		{ "run_max", &runs->longest },
	};
	for (size_t i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		int64_t number;
		int failed = runtime_values_get(values, task, wanted[i].name, &number, error);
		if (failed) {
			return failed;
		}
		*wanted[i].number = (size_t)number;
	}
	result->lost = result->appended - runs->marks;
	*wall_ns = (int64_t)wall;
	bool possible = wall > 0 && runs->marks <= result->appended && runs->runs > 0 &&
			runs->runs <= runs->marks && runs->p50 > 0 && runs->p50 <= runs->p90 &&
			runs->p90 <= runs->longest && runs->longest <= runs->marks;
	return possible ? 0
			: error_set(error, -EBADMSG,
				  "interpreter '%.200s': it reported impossible numbers of marks",
				  interpreter_command(task->interpreter));
}

/* Appending to a list is atomic in an interpreter, with a global lock or without. */
static int check_real(
	const struct runtime_task *task, const struct order_result *result, struct error *error)
{
	return result->lost == 0 ? 0
				 : error_set(error, -EBADMSG,
					   "interpreter '%.200s': %zu of %zu marks are lost",
					   interpreter_command(task->interpreter), result->lost,
					   result->appended);
}

static int take_real(const struct row *row, const struct limits *limits, struct sample *sample)
{
	const struct own *own = row->own;
	char workers[16];
	char window[32];
	snprintf(workers, sizeof(workers), "%d", row->workers);
	snprintf(window, sizeof(window), "%lld", (long long)own->window_ns);
	const char *const words[] = { "order", "threads", workers, window, NULL };
	const struct runtime_task task = { own->interpreter, words, row->placement, row->workers };
	struct runtime_values *values = NULL;
	struct order_result result = { 0 };
	int64_t wall_ns;
	int failed = runtime_task_run(&task, limits, &sample->region, &values, &sample->error);
	if (failed) {
		return failed;
	}
	failed = read_values(&task, values, &result, &wall_ns, &sample->error);
	free(values);
	failed = failed ? failed : check_real(&task, &result, &sample->error);
	return failed ? failed : fill_sample(sample, &result, wall_ns);
}

static int take(const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct own *own = row->own;
	const struct limits limits = {
		20 * INT64_C(1000000000) + 20 * own->window_ns,
		target->signals,
	};
	return own->interpreter ? take_real(row, &limits, sample)
				: take_model(row, &limits, sample);
}

/* --- rows ------------------------------------------------------------------------------------ */

/* What a walk over the grid adds rows to. */
struct context {
	struct plan *plan;
	const struct request *request;
};

static int64_t choose_window_ns(const struct request *request, int64_t quantum_ns)
{
	if (request->time_given) {
		return (int64_t)(request->time_s * 1e9);
	}
	int64_t wanted_ns = (request->quick ? QUICK_QUANTA : QUANTA) * quantum_ns;
	int64_t short_ns = request->quick ? quick_least_ns : least_ns;
	return wanted_ns > short_ns ? wanted_ns : short_ns;
}

static int choose_samples(const struct request *request, int64_t window_ns)
{
	if (request->samples_given) {
		return request->samples;
	}
	return request->quick || window_ns > least_ns ? 1 : SAMPLES;
}

/*
 * A row of a model at an interpreter's pace would compare little: the pace is that of a turn of the
 * countdown, and appending a mark costs an interpreter as much again.
 */
static bool is_left_out(const struct grid_point *point)
{
	if (!point->interpreter) {
		return false;
	}
	return !point->mode->real ||
	       !interpreter_supports(point->interpreter, experiment_order.form.name);
}

static int fill_row(struct row *row, const struct context *context, const struct grid_point *point,
	int64_t window_ns, struct error *error)
{
	struct own *own = calloc(1, sizeof(*own));
	if (!own) {
		return error_set(error, -ENOMEM, "out of memory for the row '%s'", row->name);
	}
	*own = (struct own){ point->interpreter, window_ns };
	row->own = own;
	row->take = take;
	row->unit = GBENCH_MICROSECOND;
	row->expected_ns = window_ns;
	if (point->lock) {
		row->lock = *point->lock;
	}
	if (!point->interpreter) {
		row->work = grid_work(context->plan, context->request, point, 0, error);
	}
	return point->interpreter || row->work ? 0 : -ENOMEM;
}

static int add_row(void *walk, const struct grid_point *point, struct error *error)
{
	const struct context *context = walk;
	int64_t window_ns = choose_window_ns(context->request, grid_quantum_ns(point));
	if (point->workers > MARK_LOG_WORKERS_MAX) {
		return error_set(error, -EINVAL,
			"order: %d workers are too many; allowed are 1 to %d, because a mark is "
			"one byte",
			point->workers, MARK_LOG_WORKERS_MAX);
	}
	if (is_left_out(point)) {
		return 0;
	}
	struct row_spec spec = {
		.experiment = experiment_order.form.name,
		.value = &experiment_order.value,
		.kernel = point->kernel,
		.mode = point->mode,
		.lock = point->mode->model ? NULL : point->lock,
		.runtime = point->interpreter ? interpreter_name(point->interpreter) : NULL,
		.counts_workers = true,
		.workers = point->workers,
		.samples = choose_samples(context->request, window_ns),
	};
	struct row *row = plan_add(context->plan, &spec, error);
	return row ? fill_row(row, context, point, window_ns, error) : -ENOMEM;
}

static int plan_order(struct plan *plan, const struct request *request, const struct spec *self,
	struct error *error)
{
	struct context context = { plan, request };
	(void)self;
	return grid_walk(&experiment_order.grid, experiment_order.form.name, request, add_row,
		&context, error);
}

/* Those whose workers have a log in common: with one lock, with none, and through a pipe. */
static bool has_mode(const struct mode *mode)
{
	return mode->io;
}

static const int workers[] = { 2, 4, -1 };

static const struct quantity counters[] = {
	{ "marks", "1", QUANTITY_NEITHER },
	{ "marks_per_s", "1/s", QUANTITY_HIGHER },
	{ "lost", "1", QUANTITY_LOWER },
	{ "run_switches", "1", QUANTITY_NEITHER },
	{ "run_p50", "1", QUANTITY_LOWER },
	{ "run_p90", "1", QUANTITY_LOWER },
	{ "run_max", "1", QUANTITY_LOWER },
	{ 0 },
};

const struct experiment experiment_order = {
	.form = {
		.name = "order",
		.summary = "how finely workers interleave that append marks to one shared log",
	},
	.example = "gilbench order --lock=cpython2,cpython3",
	.example_shows = "how long one thread goes on",
	.value = { "run_s", "s", QUANTITY_LOWER },
	.counters = counters,
	.grid = {
		.axes = GRID_KERNEL | GRID_MODE | GRID_LOCK | GRID_RUNTIME | GRID_WORKERS,
		.has_mode = has_mode,
		.shared_locks = "all",
		.own_locks = "cpython3",
		.only_excluding = true,
		.workers = workers,
		.workers_min = 1,
	},
	.plan = plan_order,
};
