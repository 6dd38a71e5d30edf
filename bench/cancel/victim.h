/*
 * Victims: workers that compute until they are stopped. Each is started, stopped and joined by another
 * worker, as a team of one (team.h).
 *
 * A victim computes under a lock: a thread under the lock of the thread that starts it, a process under
 * one of its own. After each unit it looks whether it has been asked to stop; then it releases the lock,
 * and notes the time.
 */
#pragma once

#include "region.h"

/* How a victim is stopped. */
enum victim_way {
	VICTIM_FLAG,    /* by a flag that it looks at */
	VICTIM_SIGTERM, /* by a signal whose handler sets that flag; only processes */
	VICTIM_SIGKILL, /* by a signal that ends it at once; only processes */
};

/* Memory for one victim at a time, shared with it. */
struct victim_shared {
	struct team_gate gate;
	struct team_status status;
	_Alignas(LOCKMODEL_CACHE_LINE) int64_t ended_ns; /* when it had released the lock */
	struct error error;
};

struct victim {
	enum team_kind kind;
	enum victim_way way;
	const struct spec *lock; /* of a process */
	const struct workload *load;
	struct lockmodel_thread *starter; /* of the thread that starts it */
	struct victim_shared *shared;
	struct team team; /* filled by victim_start() */
};

/* A stop, in nanoseconds from the request. */
struct victim_stop {
	int64_t stopped_ns; /* to the victim's end: what it noted or, if it was killed, as joined_ns */
	int64_t joined_ns; /* to the return of the wait for it */
};

/*
 * Starts the victim. Waits outside the lock, which the starter holds before and afterwards, until the
 * victim has got its lock for the first time, and then `run_ns` longer. Returns 0, or a negative errno value with `error`.
 */
int victim_start(struct victim *victim, int64_t run_ns, struct error *error);

/* Asks the victim to stop, and waits for it outside the lock. Returns likewise. */
int victim_stop(struct victim *victim, struct victim_stop *stop, struct error *error);
