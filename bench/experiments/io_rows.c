/* See io_rows.h. */
#include "io_rows.h"

#include "budget.h"
#include "grid_work.h"
#include "runtime_io_region.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long the workers compute before the first message. */
static const int64_t lead_ns = 20 * INT64_C(1000000);

/* The work is calibrated for its pace alone, for which regions of this length are enough. */
static const double calibration_s = 0.4;

const int io_rows_workers[] = { 0, 1, 2, 4, -1 };

bool io_rows_has_mode(const struct mode *mode)
{
	return mode->io;
}

/* --- samples --------------------------------------------------------------------------------- */

/* What a row keeps. */
struct own {
	struct io_region_job job;
	int64_t alone_ns; /* 0: the workers are not measured alone */
	int (*count)(struct sample *sample, const struct io_region_result *result);
};

int io_rows_count_ns(struct sample *sample, const char *name, int64_t ns)
{
	return counters_add(&sample->counters, name, (double)ns / 1e9);
}

static int count(
	const struct row *row, struct sample *sample, const struct io_region_result *result)
{
	const struct own *own = row->own;
	struct counters *counters = &sample->counters;
	if (own->count(sample, result) || counters_add(counters, "lost", (double)result->lost) ||
		counters_add(counters, "duplicated", (double)result->duplicated) ||
		counters_add(counters, "turn_s", row->work->load.turn_s)) {
		return error_set(&sample->error, -ENOMEM, "out of memory for a counter");
	}
	return 0;
}

/* A lock that starves the I/O thread makes it take many times as long as the load lasts. */
static int64_t deadline_ns(const struct io_region_job *job)
{
	return 20 * INT64_C(1000000000) + 20 * job->window_ns;
}

static int run(const struct row *row, const struct io_region_job *job, const struct limits *limits,
	struct region_result *region, struct io_region_result *result, struct error *error)
{
	const struct interpreter *interpreter = row->work->interpreter;
	if (interpreter) {
		return runtime_io_region_run(job, interpreter, limits, region, result, error);
	}
	return io_region_run(job, limits, region, result, error);
}

/* A region with messages. */
static int take_loaded(const struct row *row, const struct io_region_job *job,
	const struct limits *limits, struct sample *sample, double *units_per_s)
{
	struct io_region_result result = { 0 };
	int failed = run(row, job, limits, &sample->region, &result, &sample->error);
	*units_per_s = result.units_per_s;
	sample->latencies = result.latencies;
	result.latencies = (struct latency){ 0 };
	latency_sort(&sample->latencies);
	failed = failed ? failed : count(row, sample, &result);
	io_region_finish(&result);
	return failed;
}

/* A region with the same threads, but no messages. */
static int take_alone(const struct row *row, const struct io_region_job *loaded,
	const struct limits *limits, struct sample *sample, double *units_per_s)
{
	const struct own *own = row->own;
	struct io_region_job job = *loaded;
	struct region_result region;
	struct io_region_result result = { 0 };
	job.window_ns = 0;
	job.lead_ns = own->alone_ns;
	int failed = run(row, &job, limits, &region, &result, &sample->error);
	*units_per_s = result.units_per_s;
	io_region_finish(&result);
	return failed;
}

/* The lead of the loaded region, without messages, counts neither as lost nor as kept. */
static double throughput_kept(const struct io_region_job *job, double loaded, double alone)
{
	double lead = (double)job->lead_ns;
	double window = (double)job->window_ns;
	double kept = (loaded / alone * (lead + window) - lead) / window;
	return kept > 0 ? kept : 0;
}

/*
 * Both regions follow each other at once, so that a drift of the machine does not come between
 * them; which one comes first is random.
 */
static int take_both(const struct row *row, const struct io_region_job *job,
	const struct limits *limits, struct sample *sample)
{
	double loaded = 0;
	double alone = 0;
	bool alone_first = sample->seed % 2;
	int failed = alone_first ? take_alone(row, job, limits, sample, &alone) : 0;
	failed = failed ? failed : take_loaded(row, job, limits, sample, &loaded);
	if (!failed && !alone_first) {
		failed = take_alone(row, job, limits, sample, &alone);
	}
	if (failed || alone <= 0) {
		return failed;
	}
	double kept = throughput_kept(job, loaded, alone);
	return counters_add(&sample->counters, "throughput_kept", kept)
		       ? error_set(&sample->error, -ENOMEM, "out of memory for a counter")
		       : 0;
}

static int take(const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct own *own = row->own;
	struct io_region_job job = own->job;
	double units_per_s;
	job.team = row->team;
	job.locks = row->locks;
	job.lock = &row->lock;
	job.load = &row->work->load;
	job.placement = row->placement;
	job.workers = row->workers;
	job.seed = sample->seed;
	const struct limits limits = { deadline_ns(&job), target->signals };
	return own->alone_ns ? take_both(row, &job, &limits, sample)
			     : take_loaded(row, &job, &limits, sample, &units_per_s);
}

/* --- rows ------------------------------------------------------------------------------------ */

/* What a walk over the grid adds rows to. */
struct context {
	struct plan *plan;
	const struct request *request;
	const struct spec *self;
	const struct io_rows *rows;
};

static int64_t calibration_ns(const struct request *request)
{
	return request->time_s > calibration_s ? (int64_t)(calibration_s * 1e9) : 0;
}

/*
 * How long the workers are measured alone: as long as with messages. At the end, a worker that shares
 * its place with others ends some milliseconds later than these, which makes the rate of a shorter
 * region smaller.
 */
static int64_t choose_alone_ns(const struct io_rows *rows, int workers, int64_t window_ns)
{
	return rows->measures_alone && workers > 0 ? lead_ns + window_ns : 0;
}

/*
 * How long the load generator waits for messages to be read: twice as long as a thread that waits
 * for its turn behind all others. Not less than a second, so that a reader which the system holds
 * up is not taken for one that cannot keep up.
 */
static int64_t drain_ns(int64_t quantum_ns, int workers)
{
	static const int64_t least_ns = 1000 * INT64_C(1000000);
	int64_t turns_ns = 2 * quantum_ns * (workers + 1);
	return turns_ns > least_ns ? turns_ns : least_ns;
}

static int add_own(struct row *row, const struct context *context, int64_t quantum_ns,
	int64_t window_ns, struct error *error)
{
	const struct io_rows *rows = context->rows;
	struct own *own = calloc(1, sizeof(*own));
	if (!own) {
		return error_set(error, -ENOMEM, "out of memory for the row '%s'", row->name);
	}
	own->job = rows->job;
	own->job.lead_ns = lead_ns;
	own->job.window_ns = window_ns;
	own->job.drain_timeout_min_ns = drain_ns(quantum_ns, row->workers);
	own->alone_ns = choose_alone_ns(rows, row->workers, window_ns);
	own->count = rows->count;
	row->own = own;
	row->take = take;
	row->unit = GBENCH_MICROSECOND;
	row->expected_ns = window_ns + own->alone_ns;
	row->keeps_distribution = rows->experiment->distribution != NULL;
	return 0;
}

/* A percentile is only as exact as there are samples; a rate also gains from a longer window. */
static enum budget_importance importance_of(
	const struct experiment *experiment, const struct grid_point *point)
{
	if (point->workers == 0) {
		return BUDGET_REFERENCE;
	}
	return point->interpreter || experiment->distribution ? BUDGET_JUDGED : BUDGET_USUAL;
}

static int64_t choose_window_ns(
	const struct context *context, int64_t quantum_ns, const struct grid_point *point)
{
	const struct io_rows *rows = context->rows;
	int64_t wanted_ns = rows->wanted_ns(quantum_ns, point->workers);
	bool is_short = point->workers == 0 || context->request->quick;
	int64_t least_ns = is_short ? 0 : rows->least_ns;
	return budget_window_ns(context->request, wanted_ns > least_ns ? wanted_ns : least_ns);
}

static int add_row(void *walk, const struct grid_point *point, struct error *error)
{
	const struct context *context = walk;
	const struct experiment *experiment = context->rows->experiment;
	const struct request *request = context->request;
	int64_t quantum_ns = grid_quantum_ns(point);
	int64_t window_ns = choose_window_ns(context, quantum_ns, point);
	struct work *work =
		grid_work(context->plan, request, point, calibration_ns(request), error);
	struct row_spec spec = {
		.experiment = experiment->form.name,
		.value = &experiment->value,
		.kernel = point->kernel,
		.mode = point->mode,
		.lock = point->mode->model ? NULL : point->lock,
		.runtime = point->interpreter ? interpreter_name(point->interpreter) : NULL,
		.counts_workers = true,
		.workers = point->workers,
		.form = &experiment->form,
		.own = context->self,
		.bound = point->workers + 1,
		.samples =
			budget_window_samples(request, window_ns, importance_of(experiment, point)),
	};
	struct row *row = work ? plan_add(context->plan, &spec, error) : NULL;
	if (!row) {
		return -ENOMEM;
	}
	row->work = work;
	if (point->lock) {
		row->lock = *point->lock;
	}
	return add_own(row, context, quantum_ns, window_ns, error);
}

int io_rows_plan(struct plan *plan, const struct request *request, const struct spec *self,
	const struct io_rows *rows, struct error *error)
{
	struct context context = { plan, request, self, rows };
	return grid_walk(&rows->experiment->grid, rows->experiment->form.name, request, add_row,
		&context, error);
}
