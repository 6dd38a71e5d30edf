/*
 * Pool rows: rows whose samples are maps of a pool, of gilbench's own (pool.h) or of a real
 * interpreter.
 *
 * A task is the kernel `countdown`, so many turns as make its length, with a checkpoint in each; it
 * does not watch a clock, so it is the same work however long a worker has to wait. Each item has
 * another result, and all are checked after the map.
 */
#pragma once

#include "plan.h"
#include "pool.h"

/* A turn of gilbench's kernel, which is set to that pace. */
enum { POOL_ROW_TURN_NS = 10 };

/* A row's `own`. */
struct pool_row {
	size_t items;
	size_t chunk; /* POOL_NO_CHUNK: no pool; or, in a real interpreter, its own choice */
	int64_t task_ns;
	const char *api; /* of a real interpreter; programs/tasks/pool.py knows them. Or NULL */
};

/*
 * A row's take(). The value is the time of the map per item. The row's work is a countdown with
 * turns of POOL_ROW_TURN_NS, or that of an interpreter. A sample fails if an item is not done, or has
 * a wrong result.
 */
int pool_row_take(const struct row *row, const struct work_target *target, struct sample *sample);
