/*
 * times: the time of the same work in every mode, over the number of workers. The main experiment.
 *
 * Defaults: the locks of CPython 2 and 3; 1, 2, 4 and further powers of two up to twice the allowed
 * cores as numbers of workers. Each real interpreter runs beside the model of its lock, which is set
 * to the interpreter's pace. Rows under locks that switch every 50 or 100 ms have longer regions and
 * fewer samples (budget.h).
 */
#include "budget.h"
#include "compute_row.h"
#include "grid_work.h"
#include "registry.h"

#include <errno.h>

/* What a walk over the grid adds rows to. */
struct times {
	struct plan *plan;
	const struct request *request;
	const struct spec *self;
};

static int add_row(void *context, const struct grid_point *point, struct error *error)
{
	const struct times *times = context;
	int64_t quantum_ns = grid_quantum_ns(point);
	int64_t region_ns = budget_region_ns(times->request, quantum_ns);
	struct work *work = grid_work(times->plan, times->request, point, region_ns, error);
	struct row_spec spec = {
		.experiment = experiment_times.form.name,
		.value = &experiment_times.value,
		.kernel = point->kernel,
		.mode = point->mode,
		.lock = point->mode->model ? NULL : point->lock,
		.runtime = point->interpreter ? interpreter_name(point->interpreter) : NULL,
		.counts_workers = !point->mode->single,
		.workers = point->workers,
		.form = &experiment_times.form,
		.own = times->self,
		.samples = budget_samples(times->request, region_ns),
	};
	struct row *row = work ? plan_add(times->plan, &spec, error) : NULL;
	if (!row) {
		return -ENOMEM;
	}
	row->take = compute_row_take;
	row->work = work;
	row->quantum_ns = quantum_ns;
	row->expected_ns = region_ns ? region_ns : (int64_t)(times->request->time_s * 1e9);
	if (point->lock) {
		row->lock = *point->lock;
	}
	return 0;
}

static int plan_times(struct plan *plan, const struct request *request, const struct spec *self,
	struct error *error)
{
	struct times times = { plan, request, self };
	return grid_walk(&experiment_times.grid, experiment_times.form.name, request, add_row,
		&times, error);
}

static const struct quantity counters[] = {
	{ "quanta", "1", QUANTITY_NEITHER },
	{ "turn_s", "s", QUANTITY_NEITHER },
	{ 0 },
};

const struct experiment experiment_times = {
	.form = {
		.name = "times",
		.summary = "seconds for the same work in every mode, over the number of workers",
	},
	.example = "gilbench --interpreter=python3",
	.example_shows = "a real one beside its lock's model",
	.value = { "time", "s", QUANTITY_LOWER },
	.counters = counters,
	.grid = {
		.axes = GRID_KERNEL | GRID_MODE | GRID_LOCK | GRID_RUNTIME | GRID_WORKERS,
		.shared_locks = "cpython2,cpython3",
		.own_locks = "cpython2,cpython3",
		.workers_min = 1,
	},
	.plan = plan_times,
};
