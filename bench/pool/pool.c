/* See pool.h: the memory of a pool, and how it is run. */
#include "pool_memory.h"

#include "shared.h"

#include <errno.h>
#include <stdlib.h>

/* --- memory ---------------------------------------------------------------------------------- */

/* Returns false if the size does not fit into a size_t. */
static bool find_size(const struct pool_map *map, int workers, size_t *before_items, size_t *size)
{
	size_t items;
	*before_items = sizeof(struct pool_shared) + (size_t)workers * sizeof(struct pool_share);
	return !__builtin_mul_overflow(map->items, sizeof(struct pool_item), &items) &&
	       !__builtin_add_overflow(items, *before_items, size);
}

struct pool *pool_create(
	const struct pool_map *map, const struct pool_crew *crew, struct error *error)
{
	size_t before_items;
	size_t size;
	struct pool *pool = calloc(1, sizeof(*pool));
	if (!pool || !find_size(map, crew->workers, &before_items, &size)) {
		free(pool);
		error_set(error, -ENOMEM, "out of memory for %zu items", map->items);
		return NULL;
	}
	pool->map = *map;
	pool->crew = *crew;
	pool->size = size;
	pool->shared = shared_create(size, error);
	if (!pool->shared) {
		free(pool);
		return NULL;
	}
	pool->items = (struct pool_item *)((char *)pool->shared + before_items);
	return pool;
}

void pool_destroy(struct pool *pool)
{
	shared_destroy(pool->shared, pool->size);
	free(pool);
}

const struct pool_item *pool_items(const struct pool *pool)
{
	return pool->items;
}

size_t pool_most(const struct pool *pool)
{
	size_t most = 0;
	for (int i = 0; i < pool->crew.workers; i++) {
		size_t items = pool->shared->shares[i].items;
		most = items > most ? items : most;
	}
	return most;
}

size_t pool_automatic_chunk(size_t items, int workers)
{
	size_t parts = 4 * (size_t)workers;
	size_t chunk = items / parts + (items % parts > 0);
	return chunk > 0 ? chunk : 1;
}

/* --- the region ------------------------------------------------------------------------------ */

/* Adding nothing changes no item, even while another worker does the same. */
static void touch_item(const struct pool *pool, size_t item)
{
	__atomic_fetch_add(&pool->items[item].state, 0, __ATOMIC_RELAXED);
}

/*
 * Touches each page of the items, so that no worker has to wait for the system to map it during the
 * map.
 */
static void touch_items(const void *data)
{
	const struct pool *pool = data;
	enum { ITEMS_PER_PAGE = 4096 / sizeof(struct pool_item) };
	for (size_t i = 0; i < pool->map.items; i += ITEMS_PER_PAGE) {
		touch_item(pool, i);
	}
	if (pool->map.items > 0) {
		touch_item(pool, pool->map.items - 1);
	}
}

static int begin(void *context, struct error *error)
{
	(void)context;
	(void)error;
	return 0;
}

static int run_worker(const struct worker_job *job, int worker, struct lockmodel_thread *thread,
	struct worker_slot *slot)
{
	(void)slot;
	lockmodel_acquire(thread);
	pool_work(job->task->context, worker, thread);
	lockmodel_release(thread);
	return 0;
}

int pool_run(struct pool *pool, const struct limits *limits, struct region_result *region,
	struct error *error)
{
	/* The workers compute no units of a kernel; this one only prepares them. */
	const struct kernel kernel = { .form = { .name = "pool" }, .prepare = touch_items };
	const struct workload load = { .kernel = &kernel, .data = pool };
	const struct worker_task task = {
		.begin = begin,
		.end = begin,
		.run = run_worker,
		.context = pool,
	};
	const struct worker_job job = {
		.team = pool->crew.team,
		.locks = pool->crew.locks,
		.lock = pool->crew.lock,
		.load = &load,
		.placement = pool->crew.placement,
		.workers = pool->crew.workers,
		.task = &task,
	};
	return pool_judge(pool, region_run(&job, limits, region, error), error);
}
