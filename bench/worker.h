/*
 * The worker: the one function that every worker of every mode runs, as a thread or as a process.
 *
 * It binds itself, makes or joins its lock, waits at the gate, computes its share of the units
 * between two readings of the clock, checks that it still is where it was bound, and leaves what it
 * found in its slot. A job may give its workers another task than their share of the units.
 */
#pragma once

#include "kernel.h"
#include "mode.h"
#include "placement.h"
#include "team.h"

#include <stdint.h>

/* What a worker leaves behind; in shared memory, in cache lines of its own. */
struct worker_slot {
	_Alignas(LOCKMODEL_CACHE_LINE) int64_t start_ns;
	int64_t end_ns;
	int64_t cpu_ns;
	uint64_t checksum;
	int64_t switches_voluntary;
	int64_t switches_involuntary;
	int64_t migrations; /* -1 if the system does not tell */
	struct lockmodel_stats lock;
	bool aside; /* has the lock only now and then, and so no part in how fairly it is shared */
	bool done;  /* came to its end, and all went well */
	bool failed;
	struct error error; /* if failed */
};

struct worker_job;

/* What workers do instead of computing their shares. All may fail as functions here do. */
struct worker_task {
	/* In the region process: before the workers are made, and after they have ended well. */
	int (*begin)(void *context, struct error *error);
	int (*end)(void *context, struct error *error);
	/*
	 * In each worker, between its two readings of the clock; it acquires and releases the lock
	 * of `thread` itself. May fill the slot's checksum and `aside`, and its error.
	 */
	int (*run)(const struct worker_job *job, int worker, struct lockmodel_thread *thread,
		struct worker_slot *slot);
	void *context;
};

/* What a region's workers do. */
struct worker_job {
	const struct mode *mode;
	const struct kernel *kernel;
	const void *data; /* the kernel's */
	const struct spec *lock;
	const struct placement *placement;
	int workers;
	uint64_t units;                 /* in all */
	const struct worker_task *task; /* NULL: to compute them, in equal shares */
};

/* The context of the team: a job under way. */
struct worker_context {
	const struct worker_job *job;
	const struct team *team;
	struct lockmodel_lock *shared_lock; /* of MODE_ONE_LOCK */
	struct worker_slot *slots;
};

/* The team's work(); `context` is a struct worker_context. */
bool worker_run(void *context, int worker);
