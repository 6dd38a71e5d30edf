/* See io_rows.h. */
#include "io_rows.h"

#include "grid_work.h"
#include "runtime_io_region.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* How long the load lasts in one sample, unless --time is given. */
static const double default_window_s = 1;
static const double quick_window_s = 0.5;
enum { DEFAULT_SAMPLES = 1, QUICK_SAMPLES = 1 }; /* per run */
/* Rows that are to be compared with a real interpreter. */
enum { PAIR_SAMPLES = 2 };

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
	double turn_s = row->work->load.turn_s;
	if (own->count(sample, result) || counters_add(counters, "lost", (double)result->lost) ||
		counters_add(counters, "duplicated", (double)result->duplicated) ||
		counters_add(counters, "turn_s", turn_s) ||
		(row->workers > 0 &&
			counters_add(counters, "throughput_kept", result->units_per_s * turn_s))) {
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
	struct sample *sample, struct io_region_result *result)
{
	const struct interpreter *interpreter = row->work->interpreter;
	if (interpreter) {
		return runtime_io_region_run(
			job, interpreter, limits, &sample->region, result, &sample->error);
	}
	return io_region_run(job, limits, &sample->region, result, &sample->error);
}

static int take(const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct own *own = row->own;
	struct io_region_result result = { 0 };
	struct io_region_job job = own->job;
	job.team = row->team;
	job.locks = row->locks;
	job.lock = &row->lock;
	job.load = &row->work->load;
	job.placement = row->placement;
	job.workers = row->workers;
	const struct limits limits = { deadline_ns(&job), target->signals };
	int failed = run(row, &job, &limits, sample, &result);
	sample->latencies = result.latencies;
	result.latencies = (struct latency){ 0 };
	latency_sort(&sample->latencies);
	failed = failed ? failed : count(row, sample, &result);
	io_region_finish(&result);
	return failed;
}

/* --- rows ------------------------------------------------------------------------------------ */

/* What a walk over the grid adds rows to. */
struct context {
	struct plan *plan;
	const struct request *request;
	const struct spec *self;
	const struct io_rows *rows;
};

static int64_t window_ns(const struct request *request)
{
	double window_s = request->time_given ? request->time_s
			  : request->quick    ? quick_window_s
					      : default_window_s;
	return (int64_t)(window_s * 1e9);
}

static int count_samples(const struct request *request, bool pair)
{
	int samples = request->quick ? QUICK_SAMPLES : pair ? PAIR_SAMPLES : DEFAULT_SAMPLES;
	return request->samples_given ? request->samples : samples;
}

static int64_t calibration_ns(const struct request *request)
{
	return request->time_s > calibration_s ? (int64_t)(calibration_s * 1e9) : 0;
}

static int add_own(struct row *row, const struct context *context, struct error *error)
{
	struct own *own = calloc(1, sizeof(*own));
	if (!own) {
		return error_set(error, -ENOMEM, "out of memory for the row '%s'", row->name);
	}
	own->job = context->rows->job;
	own->job.window_ns = window_ns(context->request);
	own->count = context->rows->count;
	row->own = own;
	row->take = take;
	row->unit = GBENCH_MICROSECOND;
	row->expected_ns = own->job.window_ns;
	row->keeps_distribution = context->rows->experiment->distribution != NULL;
	return 0;
}

static int add_row(void *walk, const struct grid_point *point, struct error *error)
{
	const struct context *context = walk;
	const struct experiment *experiment = context->rows->experiment;
	const struct request *request = context->request;
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
		.samples = count_samples(request, point->interpreter != NULL),
	};
	struct row *row = work ? plan_add(context->plan, &spec, error) : NULL;
	if (!row) {
		return -ENOMEM;
	}
	row->work = work;
	if (point->lock) {
		row->lock = *point->lock;
	}
	return add_own(row, context, error);
}

int io_rows_plan(struct plan *plan, const struct request *request, const struct spec *self,
	const struct io_rows *rows, struct error *error)
{
	struct context context = { plan, request, self, rows };
	return grid_walk(&rows->experiment->grid, rows->experiment->form.name, request, add_row,
		&context, error);
}
