/* See pool_row.h. */
#include "pool_row.h"

#include "runtime_task.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* --- samples of gilbench's pool --------------------------------------------------------------- */

/* The context of a map. */
struct task {
	const struct workload *load;
	uint64_t turns;
};

/* Tells both the item and that all turns were done. */
static uint64_t result_of(uint64_t item, uint64_t turns)
{
	return (item << 32) + turns;
}

static int run_task(const void *context, uint64_t item, struct lockmodel_thread *thread,
	uint64_t *result, struct error *error)
{
	const struct task *task = context;
	const struct workload *load = task->load;
	(void)error;
	uint64_t done =
		task->turns ? load->kernel->run_polling(load->data, 0, task->turns, thread) : 0;
	*result = result_of(item, done);
	return 0;
}

static int check_results(
	const struct pool *pool, const struct pool_row *own, uint64_t turns, struct error *error)
{
	for (size_t i = 0; i < own->items; i++) {
		uint64_t result = pool_items(pool)[i].result;
		if (result != result_of(i, turns)) {
			return error_set(error, -EBADMSG,
				"item %zu has the result %" PRIu64 "; right is %" PRIu64, i, result,
				result_of(i, turns));
		}
	}
	return 0;
}

static int fill_sample(const struct pool_row *own, struct sample *sample)
{
	double items = (double)own->items;
	sample->seconds = (double)sample->region.wall_ns / 1e9 / items;
	if (counters_add(&sample->counters, "items_per_s", 1 / sample->seconds) ||
		counters_add(&sample->counters, "items", items)) {
		return error_set(&sample->error, -ENOMEM, "out of memory for a counter");
	}
	return 0;
}

static int count_pool(const struct pool *pool, const struct pool_row *own, struct sample *sample)
{
	double most = (double)pool_most(pool) / (double)own->items;
	if (own->chunk == POOL_NO_CHUNK) {
		return 0;
	}
	return counters_add(&sample->counters, "chunk_items", (double)own->chunk) ||
			       counters_add(&sample->counters, "busiest_share", most)
		       ? error_set(&sample->error, -ENOMEM, "out of memory for a counter")
		       : 0;
}

static int run_pool(const struct row *row, struct pool *pool, uint64_t turns,
	const struct limits *limits, struct sample *sample)
{
	const struct pool_row *own = row->own;
	int result = pool_run(pool, limits, &sample->region, &sample->error);
	result = result ? result : check_results(pool, own, turns, &sample->error);
	result = result ? result : fill_sample(own, sample);
	return result ? result : count_pool(pool, own, sample);
}

/* As of other regions, work_deadline_ns(): a lock can slow tasks down by a factor of tens. */
static int64_t deadline_ns(const struct row *row)
{
	return 20 * INT64_C(1000000000) + 100 * row->expected_ns;
}

static int take_model(
	const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct pool_row *own = row->own;
	const struct task task = { &row->work->load, (uint64_t)(own->task_ns / POOL_ROW_TURN_NS) };
	const struct pool_map map = { run_task, &task, own->items, own->chunk };
	const struct pool_crew crew = {
		.team = row->team,
		.locks = row->locks,
		.lock = &row->lock,
		.placement = row->placement,
		.workers = row->workers,
	};
	const struct limits limits = { deadline_ns(row), target->signals };
	struct pool *pool = pool_create(&map, &crew, &sample->error);
	if (!pool) {
		return -ENOMEM;
	}
	int result = run_pool(row, pool, task.turns, &limits, sample);
	pool_destroy(pool);
	return result;
}

/* --- samples of real interpreters ------------------------------------------------------------- */

static int run_program(const struct runtime_task *task, const struct limits *limits,
	struct sample *sample, int64_t *map_ns)
{
	struct runtime_values *values;
	int result = runtime_task_run(task, limits, &sample->region, &values, &sample->error);
	if (result) {
		return result;
	}
	result = runtime_values_get(values, task, "map_ns", map_ns, &sample->error);
	free(values);
	return result;
}

static int take_real(const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct pool_row *own = row->own;
	char workers[16];
	char items[24];
	char chunk[24];
	char turns[24];
	const char *const words[] = { "pool", own->api, workers, items, chunk, turns, NULL };
	const struct runtime_task task = { row->work->interpreter, words, row->placement, 0 };
	const struct limits limits = { deadline_ns(row), target->signals };
	snprintf(workers, sizeof(workers), "%d", row->workers);
	snprintf(items, sizeof(items), "%zu", own->items);
	snprintf(chunk, sizeof(chunk), "%zu", own->chunk);
	snprintf(turns, sizeof(turns), "%.0f", (double)own->task_ns / 1e9 / row->work->load.turn_s);
	int64_t map_ns;
	int result = run_program(&task, &limits, sample, &map_ns);
	if (!result) {
		sample->region.wall_ns = map_ns > 0 ? map_ns : 1;
		result = fill_sample(own, sample);
	}
	return result;
}

int pool_row_take(const struct row *row, const struct work_target *target, struct sample *sample)
{
	return row->work->interpreter ? take_real(row, target, sample)
				      : take_model(row, target, sample);
}
