/*
 * cancel: how long it takes until a worker that is asked to stop has stopped.
 *
 * A worker starts another one, the victim, lets it run for a random time, and asks it to stop: by a
 * flag that the victim looks at after each unit; in a process by SIGTERM, whose handler sets such a
 * flag, or by SIGKILL. Nothing else ends a thread from outside. So a thread stops when it has got the
 * lock again, which it shares with k threads that compute. See cancel_region.h.
 */
#include "cancel_region.h"

#include "grid_work.h"
#include "registry.h"
#include "runtime_task.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { EVERY };

/* How long victims are started and stopped; --time, if given, comes first. */
static const int64_t window_ns = 100 * INT64_C(1000000);
static const int64_t quick_window_ns = 30 * INT64_C(1000000);

/* Samples per run of a row with workers that compute; of others, whose samples differ little, one. */
enum { SAMPLES = 2 };

/*
 * Beside more than one worker a stop under a lock with a longer switch interval than this takes about a
 * second, since all take their turns twice. A quick run leaves such rows out, and others take one sample.
 */
static const int64_t slow_quantum_ns = 20 * INT64_C(1000000);

static const char *const way_names[] = {
	[VICTIM_FLAG] = "flag",
	[VICTIM_SIGTERM] = "sigterm",
	[VICTIM_SIGKILL] = "sigkill",
};

/* What a row keeps. */
struct own {
	const struct interpreter *interpreter; /* NULL: gilbench's own workers */
	enum victim_way way;
	int64_t every_ns;
	int64_t window_ns;
	int64_t deadline_ns;
};

/* --- samples --------------------------------------------------------------------------------- */

static int count_ns(struct sample *sample, const char *name, int64_t ns)
{
	return counters_add(&sample->counters, name, (double)ns / 1e9);
}

/* Sorts both lists. */
static int count(struct sample *sample, struct latency *joined)
{
	struct latency *stopped = &sample->latencies;
	latency_sort(stopped);
	latency_sort(joined);
	int64_t p50_ns = latency_percentile(stopped, 500);
	sample->seconds = (double)p50_ns / 1e9;
	return count_ns(sample, "p50_s", p50_ns) ||
			       count_ns(sample, "p99_s", latency_percentile(stopped, 990)) ||
			       count_ns(sample, "max_s", latency_percentile(stopped, 1000)) ||
			       count_ns(sample, "join_p50_s", latency_percentile(joined, 500)) ||
			       counters_add(&sample->counters, "stops", (double)stopped->count)
		       ? -ENOMEM
		       : 0;
}

/* Fills the sample from the times of its stops. */
static int fill_sample(struct sample *sample, const struct cancel_result *result)
{
	struct latency joined = { 0 };
	int failed = 0;
	for (size_t i = 0; !failed && i < result->count; i++) {
		failed = latency_add(&sample->latencies, &result->stops[i].stopped_ns, 1);
		failed = failed ? failed : latency_add(&joined, &result->stops[i].joined_ns, 1);
	}
	failed = failed ? failed : count(sample, &joined);
	latency_finish(&joined);
	return failed ? error_set(&sample->error, failed, "out of memory for %zu stops",
				result->count)
		      : 0;
}

static int run_model(const struct row *row, const struct limits *limits, struct sample *sample,
	struct cancel_result **result)
{
	const struct own *own = row->own;
	const struct cancel_job job = {
		.team = row->team,
		.locks = row->locks,
		.lock = &row->lock,
		.way = own->way,
		.load = &row->work->load,
		.placement = row->placement,
		.workers = row->workers,
		.every_ns = own->every_ns,
		.window_ns = own->window_ns,
		.seed = sample->seed,
	};
	return cancel_region_run(&job, limits, &sample->region, result, &sample->error);
}

/* --- real interpreters ----------------------------------------------------------------------- */

/* Each stop is a pair of values, `stopped_ns` and `joined_ns`, in this order. */
static bool read_stop(const struct runtime_value *pair, struct victim_stop *stop)
{
	stop->stopped_ns = pair[0].number;
	stop->joined_ns = pair[1].number;
	return strcmp(pair[0].name, "stopped_ns") == 0 && strcmp(pair[1].name, "joined_ns") == 0 &&
	       stop->stopped_ns > 0 && stop->stopped_ns <= stop->joined_ns;
}

static int read_stops(const struct runtime_task *task, const struct runtime_values *values,
	struct cancel_result **result, struct error *error)
{
	size_t count = values->count / 2;
	bool good = count > 0 && values->count % 2 == 0;
	struct cancel_result *found = calloc(1, sizeof(*found) + count * sizeof(found->stops[0]));
	if (!found) {
		return error_set(error, -ENOMEM, "out of memory for %zu stops", count);
	}
	found->count = count;
	for (size_t i = 0; good && i < count; i++) {
		good = read_stop(&values->list[2 * i], &found->stops[i]);
	}
	if (!good) {
		free(found);
		return error_set(error, -EBADMSG,
			"interpreter '%.200s': it has to report pairs of stopped_ns and joined_ns, "
			"the first of which is above 0 and not above the second",
			interpreter_command(task->interpreter));
	}
	*result = found;
	return 0;
}

static int run_real(const struct row *row, const struct limits *limits, struct sample *sample,
	struct cancel_result **result)
{
	const struct own *own = row->own;
	char numbers[4][32];
	snprintf(numbers[0], sizeof(numbers[0]), "%d", row->workers);
	snprintf(numbers[1], sizeof(numbers[1]), "%" PRId64, own->window_ns);
	snprintf(numbers[2], sizeof(numbers[2]), "%" PRId64, own->every_ns);
	snprintf(numbers[3], sizeof(numbers[3]), "%" PRIu64, sample->seed);
	const char *const words[] = { "cancel", "threads", numbers[0], numbers[1], numbers[2],
		numbers[3], NULL };
	const struct runtime_task task = {
		.interpreter = own->interpreter,
		.arguments = words,
		.placement = row->placement,
		.workers = row->workers + 1,
	};
	struct runtime_values *values = NULL;
	int failed = runtime_task_run(&task, limits, &sample->region, &values, &sample->error);
	if (failed) {
		return failed;
	}
	failed = read_stops(&task, values, result, &sample->error);
	free(values);
	return failed;
}

static int take(const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct own *own = row->own;
	const struct limits limits = { own->deadline_ns, target->signals };
	struct cancel_result *result = NULL;
	int failed = own->interpreter ? run_real(row, &limits, sample, &result)
				      : run_model(row, &limits, sample, &result);
	if (!result) {
		return failed;
	}
	failed = fill_sample(sample, result);
	free(result);
	return failed;
}

/* --- rows ------------------------------------------------------------------------------------ */

/* What a walk over the grid adds rows to. */
struct context {
	struct plan *plan;
	const struct request *request;
	const struct spec *self;
};

static int choose_samples(const struct request *request, const struct grid_point *point)
{
	if (request->samples_given) {
		return request->samples;
	}
	bool is_slow = grid_quantum_ns(point) > slow_quantum_ns;
	return request->quick || is_slow || point->workers == 0 ? 1 : SAMPLES;
}

static struct own *create_own(const struct context *context, const struct grid_point *point,
	enum victim_way way, struct error *error)
{
	const struct request *request = context->request;
	struct own *own = calloc(1, sizeof(*own));
	if (!own) {
		error_set(error, -ENOMEM, "out of memory for a row");
		return NULL;
	}
	/* Three times for each stop, a thread waits until all others have had their turns. */
	int64_t turns_ns = 3 * grid_quantum_ns(point) * (point->workers + 2);
	own->interpreter = point->interpreter;
	own->way = way;
	own->every_ns = context->self->values[EVERY];
	own->window_ns = request->quick ? quick_window_ns : window_ns;
	if (request->time_given) {
		own->window_ns = (int64_t)(request->time_s * 1e9);
	}
	own->deadline_ns =
		20 * INT64_C(1000000000) + 20 * (own->window_ns + 2 * own->every_ns + turns_ns);
	return own;
}

static int fill_row(struct row *row, const struct context *context, const struct grid_point *point,
	enum victim_way way, struct error *error)
{
	struct own *own = create_own(context, point, way, error);
	if (!own) {
		return -ENOMEM;
	}
	row->own = own;
	row->take = take;
	row->unit = GBENCH_MICROSECOND;
	row->expected_ns = own->window_ns;
	row->keeps_distribution = true;
	if (point->lock) {
		row->lock = *point->lock;
	}
	if (!point->interpreter) {
		row->work = grid_work(context->plan, context->request, point, 0, error);
	}
	return point->interpreter || row->work ? 0 : -ENOMEM;
}

static int add_way(const struct context *context, const struct grid_point *point,
	enum victim_way way, struct error *error)
{
	const struct row_part parts[] = { { "way", way_names[way] }, { 0 } };
	struct row_spec spec = {
		.experiment = experiment_cancel.form.name,
		.value = &experiment_cancel.value,
		.kernel = point->kernel,
		.mode = point->mode,
		.lock = point->mode->model ? NULL : point->lock,
		.runtime = point->interpreter ? interpreter_name(point->interpreter) : NULL,
		.counts_workers = true,
		.workers = point->workers,
		.parts = parts,
		.form = &experiment_cancel.form,
		.own = context->self,
		.bound = point->workers + 1,
		.samples = choose_samples(context->request, point),
	};
	struct row *row = plan_add(context->plan, &spec, error);
	return row ? fill_row(row, context, point, way, error) : -ENOMEM;
}

/* A model at an interpreter's pace would stop no sooner or later: it is the lock that takes time. */
static bool is_left_out(const struct context *context, const struct grid_point *point)
{
	const struct request *request = context->request;
	if (point->interpreter) {
		return !point->mode->real ||
		       !interpreter_supports(point->interpreter, experiment_cancel.form.name);
	}
	return request->quick && request->workers_count == 0 && point->workers > 1 &&
	       grid_quantum_ns(point) > slow_quantum_ns;
}

static int add_rows(void *walk, const struct grid_point *point, struct error *error)
{
	const struct context *context = walk;
	if (is_left_out(context, point)) {
		return 0;
	}
	if (point->mode->team == TEAM_THREADS) {
		return add_way(context, point, VICTIM_FLAG, error);
	}
	int result = add_way(context, point, VICTIM_SIGTERM, error);
	return result ? result : add_way(context, point, VICTIM_SIGKILL, error);
}

static int plan_cancel(struct plan *plan, const struct request *request, const struct spec *self,
	struct error *error)
{
	struct context context = { plan, request, self };
	return grid_walk(&experiment_cancel.grid, experiment_cancel.form.name, request, add_rows,
		&context, error);
}

/* Those that have a lock and further workers beside; as of the experiments with an I/O thread. */
static bool has_mode(const struct mode *mode)
{
	return mode->io;
}

static const int workers[] = { 0, 1, 4, -1 };

static const char *const own_axes[] = { "way", NULL };

static const struct quantity counters[] = {
	{ "p50_s", "s", QUANTITY_LOWER },
	{ "p99_s", "s", QUANTITY_LOWER },
	{ "max_s", "s", QUANTITY_LOWER },
	{ "join_p50_s", "s", QUANTITY_LOWER },
	{ "stops", "1", QUANTITY_NEITHER },
	{ 0 },
};

static const struct quantity distribution = { "latency", "s", QUANTITY_LOWER };

const struct experiment experiment_cancel = {
	.form = {
		.name = "cancel",
		.summary = "time from the request to stop until a worker has stopped",
		.params = {
			[EVERY] = {
				.name = "every",
				.summary = "mean time for which a worker runs before it is stopped",
				.kind = SPEC_DURATION,
				.initial = 1000000,
				.min = 1000,
				.max = INT64_C(1000000000),
			},
		},
	},
	.example = "gilbench cancel --lock=cpython3",
	.example_shows = "how soon a thread stops on request",
	.value = { "p50_s", "s", QUANTITY_LOWER },
	.counters = counters,
	.distribution = &distribution,
	.grid = {
		.axes = GRID_KERNEL | GRID_MODE | GRID_LOCK | GRID_RUNTIME | GRID_WORKERS,
		.has_mode = has_mode,
		.shared_locks = "all",
		.own_locks = "cpython3",
		.only_excluding = true,
		.workers = workers,
		.workers_min = 0,
	},
	.own_axes = own_axes,
	.plan = plan_cancel,
};
