/* What a worker of a pool does; see pool.h. */
#include "pool_memory.h"

static void keep_reason(struct pool_shared *shared, uint64_t item, const struct error *error)
{
	/* Relaxed: the caller reads the reasons after all workers have ended. */
	size_t number = __atomic_fetch_add(&shared->failed, 1, __ATOMIC_RELAXED);
	if (number < POOL_REASONS_MAX) {
		shared->reasons[number] = (struct pool_reason){ item, *error };
	}
}

static void run_item(const struct pool *pool, uint64_t number, struct lockmodel_thread *thread)
{
	struct pool_item *item = &pool->items[number];
	int state = POOL_DONE;
	struct error error;
	if (pool->map.run(pool->map.context, number, thread, &item->result, &error)) {
		keep_reason(pool->shared, number, &error);
		state = POOL_FAILED;
	}
	/* Release: the item of a worker that is killed counts as done only with its result. */
	__atomic_store_n(&item->state, state, __ATOMIC_RELEASE);
}

/* A checkpoint follows each item, as a bytecode interpreter passes one when it calls a function. */
static void run_items(
	const struct pool *pool, size_t first, size_t end, struct lockmodel_thread *thread)
{
	for (size_t item = first; item < end; item++) {
		run_item(pool, item, thread);
		lockmodel_checkpoint(thread, 1);
	}
}

/*
 * Takes a chunk; false if none is left. Relaxed: the counter guards no other data, since all that a
 * task needs was there before the workers were created.
 */
static bool take_chunk(const struct pool *pool, size_t *first, size_t *end)
{
	size_t items = pool->map.items;
	size_t chunk = pool->map.chunk;
	*first = __atomic_fetch_add(&pool->shared->next, chunk, __ATOMIC_RELAXED);
	*end = *first < items && chunk < items - *first ? *first + chunk : items;
	return *first < items;
}

void pool_work(struct pool *pool, int worker, struct lockmodel_thread *thread)
{
	size_t done = 0;
	size_t first;
	size_t end;
	if (pool->map.chunk == POOL_NO_CHUNK) {
		run_items(pool, 0, pool->map.items, thread);
		done = pool->map.items;
	} else {
		while (take_chunk(pool, &first, &end)) {
			run_items(pool, first, end, thread);
			done += end - first;
		}
	}
	pool->shared->shares[worker].items = done;
}
