/* The memory of a pool; for the files of this folder. */
#pragma once

#include "pool.h"

/* Of so many failed items the reasons are kept, those that fail first. */
enum { POOL_REASONS_MAX = 8 };

struct pool_reason {
	uint64_t item;
	struct error error;
};

/* What a worker has done; written once, at its end. */
struct pool_share {
	_Alignas(LOCKMODEL_CACHE_LINE) size_t items;
};

/* Shared by the caller and the workers. The shares lie behind it, and the items behind these. */
struct pool_shared {
	_Alignas(LOCKMODEL_CACHE_LINE)
		size_t next; /* atomic: the first item that nobody has taken */
	_Alignas(LOCKMODEL_CACHE_LINE) size_t failed; /* atomic: number of items that have failed */
	struct pool_reason reasons[POOL_REASONS_MAX];
	struct pool_share shares[];
};

struct pool {
	struct pool_map map;
	struct pool_crew crew;
	struct pool_shared *shared;
	struct pool_item *items; /* in `shared` */
	size_t size;             /* of `shared`, in bytes */
};

/* Computes chunks until none is left; the worker holds its lock. */
void pool_work(struct pool *pool, int worker, struct lockmodel_thread *thread);

/*
 * Turns the result of the region, `failed` with `error` or 0, into that of the map: adds the items
 * that were not done, or reports those that failed.
 */
int pool_judge(const struct pool *pool, int failed, struct error *error);
