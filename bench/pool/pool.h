/*
 * Pools: several workers, threads or processes, map a function over items.
 *
 * The items are numbered from 0. A worker takes a chunk, a number of consecutive items, computes
 * their results one after the other, and takes the next chunk, until there is none left. Items and
 * results lie in shared memory, at the item's own place; so the results are in the order of the
 * items, whoever has computed them, and outlive a worker that is killed.
 *
 * Chunks are handed out by one atomic counter: the next item that nobody has. A queue would need a
 * lock, a wake-up for each chunk, and somebody to fill it; and a worker that died with the lock
 * would hang the others. A worker that dies here has taken its chunk and nothing else: the others
 * go on with the items behind it.
 *
 * The workers run in a region (region.h): they are created and bound before the map begins. What is
 * timed is the map: from the first worker's start to the last worker's end.
 */
#pragma once

#include "region.h"

#include <stddef.h>
#include <stdint.h>

/* A chunk that stands for no pool: the only worker computes all items in a loop. */
enum { POOL_NO_CHUNK = 0 };

/* What is mapped. */
struct pool_map {
	/*
	 * Computes the result of an item, in a worker that holds its lock. Returns 0, or a negative
	 * errno value with `error`; then the item has failed, and the others are still computed.
	 */
	int (*run)(const void *context, uint64_t item, struct lockmodel_thread *thread,
		uint64_t *result, struct error *error);
	const void *context;
	size_t items;
	size_t chunk; /* at least 1, or POOL_NO_CHUNK */
};

/* Who maps it. */
struct pool_crew {
	enum team_kind team;
	enum worker_locks locks; /* WORKER_ONE_LOCK or WORKER_OWN_LOCKS */
	const struct spec *lock;
	const struct placement *placement;
	int workers;
};

enum pool_state { POOL_OPEN, POOL_DONE, POOL_FAILED };

struct pool_item {
	uint64_t result;
	int state; /* atomic: of enum pool_state; the result is valid only if it is POOL_DONE */
};

struct pool;

/* Returns a pool for one run of the map, for pool_destroy(), or NULL with `error`. */
struct pool *pool_create(
	const struct pool_map *map, const struct pool_crew *crew, struct error *error);
void pool_destroy(struct pool *pool);

/*
 * Runs the map. Returns 0 if all items are done, and fills `region`; or a negative errno value with
 * `error`, as region_run() does: if a worker died, the error names the items that were not done; if
 * items failed, -EIO, and it names them and says why.
 */
int pool_run(struct pool *pool, const struct limits *limits, struct region_result *region,
	struct error *error);

/* The items after the run; also after one that failed. */
const struct pool_item *pool_items(const struct pool *pool);

/* The number of items of the worker that has done most. */
size_t pool_most(const struct pool *pool);

/*
 * The chunk that multiprocessing.Pool.map() chooses: a quarter of an equal share, rounded up; at
 * least 1.
 */
size_t pool_automatic_chunk(size_t items, int workers);
