/* The work of a point of the grid: gilbench's kernel, a real interpreter's, or at its pace. */
#pragma once

#include "grid.h"
#include "plan.h"

/*
 * The plan's work for the point. `region_ns` is the length of its sequential regions, 0 the run's.
 * In a paced mode with an interpreter, the work of the interpreter is planned, too. Returns NULL
 * with `error` if out of memory.
 */
struct work *grid_work(struct plan *plan, const struct request *request,
	const struct grid_point *point, int64_t region_ns, struct error *error);
