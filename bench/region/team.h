/*
 * Teams: a number of workers, threads or forked processes, that all run the same function.
 *
 * Each worker gets ready, waits at the start gate until all are ready, and then does its work. All
 * data that the workers share lies in shared memory, so threads and processes differ only in how
 * they are created.
 */
#pragma once

#include "error.h"

#include <semaphore.h>
#include <stdbool.h>

enum team_kind { TEAM_THREADS, TEAM_PROCESSES };

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
	/*
	 * The function of the workers. Each calls team_wait_at_gate() once, and returns false at
	 * once if that returns false. Returns true on success; on failure, the worker has recorded
	 * the error itself.
	 */
	bool (*work)(void *context, int worker);
	void *context;
};

/*
 * Runs the team to its end. Returns 0, or a negative errno value with `error`; -ECANCELED, without
 * `error`, if a worker failed and has recorded the error. After a failure some threads may still
 * run, so the calling process has to exit soon.
 */
int team_run(const struct team *team, struct error *error);

/* Called by a worker that is ready. Waits for the start; false if the team gave up instead. */
bool team_wait_at_gate(const struct team *team);
