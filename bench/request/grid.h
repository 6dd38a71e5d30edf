/*
 * The grid: walks the axes that experiments have in common (kernel, mode, lock, runtime, workers)
 * and calls an experiment for each combination that makes sense.
 *
 * The order is: kernel by kernel, mode by mode; within a mode first the lock models, then the real
 * interpreters; within each of these the numbers of workers. A real interpreter appears in the real
 * modes as itself, and in the paced modes as the model of its lock.
 */
#pragma once

#include "mode.h"
#include "request.h"

/* The axes that an experiment has. */
enum grid_axis {
	GRID_KERNEL = 1 << 0,
	GRID_MODE = 1 << 1,
	GRID_LOCK = 1 << 2,
	GRID_RUNTIME = 1 << 3,
	GRID_WORKERS = 1 << 4,
};

struct grid {
	unsigned axes; /* of enum grid_axis, or-ed */
	/* Which modes it has; NULL: all. */
	bool (*has_mode)(const struct mode *mode);
	/*
	 * The lock models it has unless --lock is given, as lists of specs or "all": for modes whose
	 * workers share a lock, and for modes in which each worker has its own.
	 */
	const char *shared_locks;
	const char *own_locks;
	/* Leave out of `shared_locks` the models that let all threads run at once. */
	bool only_excluding;
	/*
	 * The numbers of workers unless --workers is given, ended by -1. NULL: 1, 2, 4, and powers of
	 * two up to twice the allowed cores.
	 */
	const int *workers;
	int workers_min; /* the smallest number allowed: 0 or 1 */
};

/* One combination. */
struct grid_point {
	const struct spec *kernel;
	const struct mode *mode;
	const struct spec *lock; /* NULL: no model, as in bare and real modes */
	/* In a real mode: it runs the kernel. In a paced mode: its pace is followed. Else NULL. */
	struct interpreter *interpreter;
	int workers;
};

/* Adds rows for a point. 0, or a negative errno value with `error`, which ends the walk. */
typedef int grid_add(void *context, const struct grid_point *point, struct error *error);

/*
 * Calls `add` for each combination of what the request asks for. Returns 0; what `add` returned; or
 * -EINVAL with `error` if the experiment has none of the modes asked for. `name` is the
 * experiment's, for messages.
 */
int grid_walk(const struct grid *grid, const char *name, const struct request *request,
	grid_add *add, void *context, struct error *error);

/* The quantum of the point's lock; 0 if none shows, because each worker has its own lock. */
int64_t grid_quantum_ns(const struct grid_point *point);

/* Fills `locks` with those asked for, or else with the list `defaults`. 0 or a negative errno. */
int grid_list_locks(struct spec_list *locks, const struct request *request, const char *defaults,
	struct error *error);

/*
 * Refuses a request that wants none of the modes of the experiment `name`; for those that do not
 * walk the grid. Returns -EINVAL with `error`, which lists the modes that it has.
 */
int grid_refuse_modes(const struct grid *grid, const char *name, struct error *error);
