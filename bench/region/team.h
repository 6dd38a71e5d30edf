/*
 * Teams: a number of workers, threads or forked processes, that all run the same function.
 *
 * Each worker gets ready, waits at the start gate until all are ready, and then does its work. All
 * data that the workers share lies in shared memory, so threads and processes differ only in how
 * they are created.
 *
 * A worker may be asked to stop. It looks for the request itself, at points of its own choice: nobody
 * ends a thread from outside. A process may be sent a signal besides. The state of each worker can be
 * seen by all others at any time, and goes through these states in this order, without going back:
 *
 *	created		it exists, but may not have run yet
 *	waiting		it is ready, and waits at the start gate
 *	running		it has passed the gate
 *	done		it has ended by itself, successfully or not
 *	stopped		instead of done: it has ended after it was asked to stop
 *
 * A worker that fails before the gate goes to done from where it was.
 */
#pragma once

#include "error.h"
#include "lockmodel.h"

#include <semaphore.h>
#include <stdbool.h>

enum team_kind { TEAM_THREADS, TEAM_PROCESSES };

enum team_state { TEAM_CREATED, TEAM_WAITING, TEAM_RUNNING, TEAM_DONE, TEAM_STOPPED };

/* What others see of a worker, in shared memory. The members are private to team.c. */
struct team_status {
	_Alignas(LOCKMODEL_CACHE_LINE) int state; /* atomic; enum team_state */
	int stop;                                 /* atomic: it has been asked to stop */
};

/* The start gate, in shared memory. The members are private to team.c. */
struct team_gate {
	sem_t ready;
	sem_t open;
	int failed;    /* atomic: a worker has failed */
	int abandoned; /* atomic: the team gave up before the start */
};

struct team {
	enum team_kind kind;
	int size;
	struct team_gate *gate;
	struct team_status *status; /* one for each worker, in shared memory */
	/*
	 * The function of the workers. Each calls team_wait_at_gate() once, and returns false at
	 * once if that returns false. Returns true on success; on failure, the worker has recorded
	 * the error itself.
	 */
	bool (*work)(void *context, int worker);
	void *context;
	struct team_member *members; /* private to team.c */
};

/*
 * Runs the team to its end: starts it, and joins all workers. Returns 0, or a negative errno value
 * with `error`; -ECANCELED, without `error`, if a worker failed and has recorded the error. After a
 * failure some threads may still run, so the calling process has to exit soon.
 */
int team_run(struct team *team, struct error *error);

/* --- the same in steps ----------------------------------------------------------------------- */

/*
 * Creates the workers, waits until all are ready, and opens the gate. Returns as team_run() does.
 * Afterwards each worker is to be joined, and then team_finish() to be called.
 */
int team_start(struct team *team, struct error *error);

/*
 * Asks a worker to stop, and does not wait for it. A process is also sent `signal`, unless that is 0:
 * SIGTERM, on which it only notes the request, or SIGKILL, which ends it. Has no effect on a worker
 * that has ended.
 */
void team_stop(const struct team *team, int worker, int signal);

/*
 * Waits until a worker has ended. Returns 0, or a negative errno value as team_run() does. To join a
 * worker that was asked to stop always succeeds, however it ended. Joining a worker again returns the
 * same at once, but without `error`.
 */
int team_join(const struct team *team, int worker, struct error *error);

/* Frees what team_start() has created. All workers have been joined. */
void team_finish(struct team *team);

/*
 * The state of a worker. Whoever sees that it is done or stopped also sees all that it wrote. A process
 * that was killed counts as running until it has been joined.
 */
enum team_state team_state(const struct team *team, int worker);

/* The state in words, as in "running". */
const char *team_state_name(enum team_state state);

/* --- for the workers ------------------------------------------------------------------------- */

/* Called by a worker that is ready. Waits for the start; false if the team gave up instead. */
bool team_wait_at_gate(const struct team *team, int worker);

/* Whether the worker has been asked to stop. Cheap enough to be called in a loop. */
bool team_is_stopping(const struct team *team, int worker);
