/*
 * pool: how many items per second a pool maps a function over, by chunk size and length of a task.
 *
 * The pool (pool.h) is one of threads under each lock, of free threads, or of processes; the mode
 * `sequential` is no pool: a loop in one thread. A task is the kernel `countdown` with turns of 10 ns
 * and a checkpoint in each, so many turns as make its length; it does not watch a clock, so it is
 * the same work however long a worker has to wait. Each item has another result, and all are checked
 * after the map. A real interpreter maps its own countdown with the pools that it has.
 *
 * Defaults: the locks of CPython 2 and 3, 2 workers, all combinations of the chunk sizes and task
 * lengths below, fewer with --quick. 100,000 items; of long tasks fewer, so that a map takes half of
 * --time in one thread. Chunks so large that not every worker gets one are then left out.
 */
#include "grid_work.h"
#include "pool_row.h"
#include "registry.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { CHUNK, TASK, ITEMS };

/* In lists of chunk sizes; a chunk size of 0 is the automatic one. */
enum { LIST_END = -1, AUTOMATIC = 0, NO_POOL = -2 };

enum { MANY_ITEMS = 100000, MANY_REAL_ITEMS = 10000 };

/* Samples of each row and run; a map of empty tasks is short. */
enum { SAMPLES = 1, SAMPLES_OF_EMPTY = 3 };

static const int64_t all_chunks[] = { 1, 16, 256, 4096, AUTOMATIC, LIST_END };
static const int64_t few_chunks[] = { 1, 256, AUTOMATIC, LIST_END };
static const int64_t all_tasks_ns[] = { 0, 1000, 10000, 100000, LIST_END };
static const int64_t few_tasks_ns[] = { 0, 10000, LIST_END };

/* --- rows ------------------------------------------------------------------------------------- */

/* What a walk over the grid adds rows to. */
struct walk {
	struct plan *plan;
	const struct request *request;
	const struct spec *self;
	int64_t own_chunk[2], own_task[2]; /* lists of what the experiment's parameters ask for */
	const int64_t *chunks, *tasks_ns, *real_chunks;
	/* The last one whose rows without a pool were added: they have no number of workers. */
	const struct interpreter *without_pool;
};

/* A row to be added. */
struct wanted {
	const struct grid_point *point;
	int64_t chunk; /* AUTOMATIC, NO_POOL, or a size */
	int64_t task_ns;
	const char *api;
};

static size_t count_items(const struct walk *walk, const struct wanted *wanted)
{
	const struct request *request = walk->request;
	int64_t map_ns = (int64_t)(request->time_s * 1e9 / (request->time_given ? 1 : 2));
	int64_t most = wanted->api ? MANY_REAL_ITEMS : MANY_ITEMS;
	int64_t fitting = wanted->task_ns ? map_ns / wanted->task_ns : most;
	if (walk->self->values[ITEMS] > 0) {
		return (size_t)walk->self->values[ITEMS];
	}
	fitting = fitting < most ? fitting : most;
	return fitting > 1 ? (size_t)fitting : 1;
}

static int own_samples(const struct walk *walk, const struct wanted *wanted)
{
	if (walk->request->samples_given) {
		return walk->request->samples;
	}
	bool is_short = wanted->task_ns == 0 && !wanted->api && !walk->request->quick;
	return is_short ? SAMPLES_OF_EMPTY : SAMPLES;
}

static size_t own_chunk(const struct wanted *wanted, size_t items)
{
	if (wanted->chunk == NO_POOL || (wanted->chunk == AUTOMATIC && wanted->api)) {
		return POOL_NO_CHUNK;
	}
	return wanted->chunk == AUTOMATIC ? pool_automatic_chunk(items, wanted->point->workers)
					  : (size_t)wanted->chunk;
}

static struct work *choose_work(
	const struct walk *walk, const struct wanted *wanted, struct error *error)
{
	struct work model = { .load.units = 1000, .source = WORK_FIXED };
	struct spec *spec = &model.load.spec;
	char text[32];
	if (wanted->api) {
		return grid_work(walk->plan, walk->request, wanted->point, 0, error);
	}
	snprintf(text, sizeof(text), "countdown:turn=%dns", POOL_ROW_TURN_NS);
	if (spec_parse(spec, "kernel", kernel_form, text, error)) {
		return NULL;
	}
	model.load.kernel = kernel_at(spec->index);
	return plan_work(walk->plan, &model, error);
}

/* Adds a row with the parts of its name; see add(). */
static struct row *add_named(
	const struct walk *walk, const struct wanted *wanted, size_t items, struct error *error)
{
	const struct grid_point *point = wanted->point;
	const struct spec_param *params = experiment_pool.form.params;
	bool has_pool = wanted->chunk != NO_POOL;
	char chunk[24] = "auto";
	char task[24];
	char count[24];
	if (wanted->chunk != AUTOMATIC) {
		snprintf(chunk, sizeof(chunk), "%" PRId64, wanted->chunk);
	}
	spec_print_value(task, sizeof(task), &params[TASK], wanted->task_ns);
	snprintf(count, sizeof(count), "%zu", items);
	const struct row_part parts[] = {
		{ "api", wanted->api },
		{ params[CHUNK].name, has_pool ? chunk : NULL },
		{ params[TASK].name, task },
		{ params[ITEMS].name, walk->self->values[ITEMS] > 0 ? count : NULL },
		{ NULL, NULL },
	};
	const struct row_spec spec = {
		.experiment = experiment_pool.form.name,
		.value = &experiment_pool.value,
		.mode = point->mode,
		.lock = point->mode->model ? NULL : point->lock,
		.runtime = point->interpreter ? interpreter_name(point->interpreter) : NULL,
		.counts_workers = has_pool,
		.workers = has_pool ? point->workers : 1,
		.parts = parts,
		.bound = wanted->api ? -1 : 0, /* a real interpreter's workers are not bound */
		.samples = own_samples(walk, wanted),
	};
	return plan_add(walk->plan, &spec, error);
}

/* The tasks, and what else an item may cost by default. */
static int64_t expected_ns(const struct wanted *wanted, size_t items)
{
	int64_t item_ns = wanted->task_ns + (wanted->api ? 20000 : 50);
	return (int64_t)items * item_ns;
}

/* Without a pool the items are mapped under the lock model `none`: the same code, without waiting. */
static int set_lock(struct row *row, const struct grid_point *point, struct error *error)
{
	if (point->lock) {
		row->lock = *point->lock;
		return 0;
	}
	row->locks = WORKER_ONE_LOCK;
	return spec_parse(&row->lock, "lock model", lockmodel_form, "none", error);
}

static int add(const struct walk *walk, const struct wanted *wanted, struct error *error)
{
	size_t items = count_items(walk, wanted);
	struct pool_row *own = malloc(sizeof(*own));
	struct work *work = own ? choose_work(walk, wanted, error) : NULL;
	struct row *row = work ? add_named(walk, wanted, items, error) : NULL;
	if (!row) {
		free(own);
		return own ? -ENOMEM : error_set(error, -ENOMEM, "out of memory for a row");
	}
	*own = (struct pool_row){ items, own_chunk(wanted, items), wanted->task_ns, wanted->api };
	row->own = own;
	row->work = work;
	row->take = pool_row_take;
	row->unit = GBENCH_NANOSECOND;
	row->expected_ns = expected_ns(wanted, items);
	return wanted->api ? 0 : set_lock(row, wanted->point, error);
}

/* By default, a chunk size is left out with which not every worker gets a chunk. */
static bool is_too_large(const struct walk *walk, const struct wanted *wanted)
{
	size_t workers = (size_t)wanted->point->workers;
	return wanted->chunk > 0 && walk->self->values[CHUNK] == AUTOMATIC &&
	       (size_t)wanted->chunk > count_items(walk, wanted) / workers;
}

/* --- combinations ----------------------------------------------------------------------------- */

/* A row for each length of a task, and each of the chunk sizes. */
static int add_all(const struct walk *walk, const struct grid_point *point, const char *api,
	const int64_t *chunks, struct error *error)
{
	int result = 0;
	for (const int64_t *chunk = chunks; !result && *chunk != LIST_END; chunk++) {
		for (const int64_t *task = walk->tasks_ns; !result && *task != LIST_END; task++) {
			const struct wanted wanted = { point, *chunk, *task, api };
			result = is_too_large(walk, &wanted) ? 0 : add(walk, &wanted, error);
		}
	}
	return result;
}

static const int64_t without_pool[] = { NO_POOL, LIST_END };
static const int64_t single_items[] = { 1, LIST_END };

/* ThreadPoolExecutor hands out single items, whatever the chunk size. */
static int add_real_threads(struct walk *walk, const struct grid_point *point, struct error *error)
{
	bool first = walk->without_pool != point->interpreter;
	walk->without_pool = point->interpreter;
	int result = first ? add_all(walk, point, "map", without_pool, error) : 0;
	return result ? result : add_all(walk, point, "ThreadPoolExecutor", single_items, error);
}

/* ProcessPoolExecutor has no automatic chunk size. */
static int add_real_processes(
	const struct walk *walk, const struct grid_point *point, struct error *error)
{
	int64_t chunks[sizeof(all_chunks) / sizeof(all_chunks[0])];
	size_t count = 0;
	for (const int64_t *chunk = walk->real_chunks; *chunk != LIST_END; chunk++) {
		if (*chunk != AUTOMATIC) {
			chunks[count++] = *chunk;
		}
	}
	chunks[count] = LIST_END;
	int result = add_all(walk, point, "Pool", walk->real_chunks, error);
	return result ? result : add_all(walk, point, "ProcessPoolExecutor", chunks, error);
}

static int add_point(void *context, const struct grid_point *point, struct error *error)
{
	struct walk *walk = context;
	if (point->interpreter && !interpreter_supports(point->interpreter, "pool")) {
		return 0;
	}
	if (point->mode->real) {
		return point->mode->team == TEAM_THREADS ? add_real_threads(walk, point, error)
							 : add_real_processes(walk, point, error);
	}
	/* The length of a task is given, so there is no pace of an interpreter to follow. */
	if (point->interpreter) {
		return 0;
	}
	return add_all(walk, point, NULL, point->mode->single ? without_pool : walk->chunks, error);
}

/* A task is a whole number of turns. */
static int check_task(int64_t task_ns, struct error *error)
{
	return task_ns > 0 && task_ns % POOL_ROW_TURN_NS
		       ? error_set(error, -EINVAL,
				 "'pool:task=%" PRId64 "ns': task must be a multiple of %d ns",
				 task_ns, POOL_ROW_TURN_NS)
		       : 0;
}

static int plan_pool(struct plan *plan, const struct request *request, const struct spec *self,
	struct error *error)
{
	struct walk walk = {
		.plan = plan,
		.request = request,
		.self = self,
		.own_chunk = { self->values[CHUNK], LIST_END },
		.own_task = { self->values[TASK], LIST_END },
		.chunks = request->quick ? few_chunks : all_chunks,
		.tasks_ns = request->quick ? few_tasks_ns : all_tasks_ns,
		.real_chunks = few_chunks,
	};
	if (self->values[CHUNK] > 0) {
		walk.chunks = walk.real_chunks = walk.own_chunk;
	}
	if (self->values[TASK] >= 0) {
		walk.tasks_ns = walk.own_task;
	}
	int result = check_task(self->values[TASK], error);
	return result ? result
		      : grid_walk(&experiment_pool.grid, experiment_pool.form.name, request,
				add_point, &walk, error);
}

/* All but interpreters in one process, which have no pools. */
static bool has_mode(const struct mode *mode)
{
	return mode->single || mode->io || mode->team == TEAM_PROCESSES;
}

static const int two_workers[] = { 2, -1 };
static const char *const own_axes[] = { "api", NULL };

static const struct quantity counters[] = {
	{ "items_per_s", "1/s", QUANTITY_HIGHER },
	{ "items", "1", QUANTITY_NEITHER },
	{ "chunk_items", "1", QUANTITY_NEITHER },
	{ "busiest_share", "1", QUANTITY_LOWER },
	{ 0 },
};

const struct experiment experiment_pool = {
	.form = {
		.name = "pool",
		.summary = "items per second that a pool maps, by chunk size and length of a task",
		.params = {
			[CHUNK] = {
				.name = "chunk",
				.summary = "items handed out at once; 1, 16, 256, 4096, automatic",
				.kind = SPEC_COUNT,
				.initial = AUTOMATIC,
				.min = 1,
				.max = 1000000,
			},
			[TASK] = {
				.name = "task",
				.summary = "length of a task; 0, 1, 10, 100 us",
				.kind = SPEC_DURATION,
				.initial = LIST_END,
				.min = 0,
				.max = 10000000,
			},
			[ITEMS] = {
				.name = "items",
				.summary = "number of items; 100000, fewer of long tasks",
				.kind = SPEC_COUNT,
				.min = 1,
				.max = 10000000,
			},
		},
	},
	.example = "gilbench pool:task=5us --lock=cpython3",
	.example_shows = "what a pool gains for tasks of 5 us",
	.value = { "item_s", "s", QUANTITY_LOWER },
	.counters = counters,
	.grid = {
		.axes = GRID_MODE | GRID_LOCK | GRID_RUNTIME | GRID_WORKERS,
		.has_mode = has_mode,
		.shared_locks = "cpython2,cpython3",
		.own_locks = "cpython3",
		.workers = two_workers,
		.workers_min = 1,
	},
	.own_axes = own_axes,
	.plan = plan_pool,
};
