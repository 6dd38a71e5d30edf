/*
 * The worker: the function that every worker of every mode runs, as a thread or as a process.
 *
 * A worker binds itself to its place, attaches to the lock, waits at the start gate, computes its
 * share of the units between two readings of the clock, checks that it still runs where it was
 * bound, and stores its results in its slot. A job may replace the share of the units by another
 * task. What state a worker is in (created, waiting, running, done, stopped), its team shows; see
 * team_state().
 */
#pragma once

#include "kernel.h"
#include "placement.h"
#include "span.h"
#include "team.h"
#include "workload.h"

#include <stdint.h>

/* A worker's results, in shared memory; each slot has cache lines of its own. */
struct worker_slot {
	struct span span;
	int64_t cpu_ns;
	uint64_t checksum;
	int64_t switches_voluntary;
	int64_t switches_involuntary;
	int64_t migrations;  /* -1 if the system does not report them */
	int64_t runqueue_ns; /* waited for a processor since the gate opened; -1 likewise */
	struct lockmodel_stats lock;
	bool excluded_from_fairness; /* its share of the lock is by design not an equal one */
	bool done;                   /* ended successfully */
	bool failed;
	struct error error; /* if it failed; may be empty if the task reports the reason */
};

struct worker_job;

/*
 * Replaces the workers' shares of the units. All functions return 0, or a negative errno value with
 * an error.
 */
struct worker_task {
	/* Called in the region process before the workers are created. */
	int (*begin)(void *context, struct error *error);
	/*
	 * Called in the region process after the workers have ended, even if one has failed. Its
	 * error is reported if neither a worker nor the team has reported one.
	 */
	int (*end)(void *context, struct error *error);
	/*
	 * Called in each worker between its two readings of the clock, without the lock. May fill
	 * the slot's checksum, `excluded_from_fairness` and `error`.
	 */
	int (*run)(const struct worker_job *job, int worker, struct lockmodel_thread *thread,
		struct worker_slot *slot);
	void *context;
};

/* The locks that the workers use. */
enum worker_locks {
	WORKER_BARE,      /* none: the kernel without any lock code */
	WORKER_ONE_LOCK,  /* one, shared by all workers */
	WORKER_OWN_LOCKS, /* one per worker */
};

/* What the workers of a region do. */
struct worker_job {
	enum team_kind team;
	enum worker_locks locks;
	const struct spec *lock; /* unused with WORKER_BARE */
	const struct workload *load;
	const struct placement *placement;
	int workers;
	const struct worker_task *task; /* NULL: each computes an equal share of the units */
};

/* The context of worker_run(). */
struct worker_context {
	const struct worker_job *job;
	const struct team *team;
	struct lockmodel_lock *shared_lock; /* with WORKER_ONE_LOCK */
	struct worker_slot *slots;
};

/* The team's work(); `context` is a struct worker_context. */
bool worker_run(void *context, int worker);
