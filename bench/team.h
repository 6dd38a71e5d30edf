/*
 * Teams: a number of workers, as threads or as forked processes, that all run the same function.
 *
 * A worker first gets ready, then waits at the gate, which opens when all are ready, then works.
 * All that workers share lies in memory that forked processes share too, so that the two kinds
 * differ in nothing but the spawning.
 */
#pragma once

#include "error.h"

#include <semaphore.h>
#include <stdbool.h>

enum team_kind { TEAM_THREADS, TEAM_PROCESSES };

/* The gate; lies in shared memory. Private to team.c. */
struct team_gate {
	sem_t ready;
	sem_t open;
	int failed;          /* atomic: a worker failed */
	int closed_for_good; /* atomic: the team gave up before it began */
};

struct team {
	enum team_kind kind;
	int size;
	struct team_gate *gate;
	/*
	 * The worker. It calls team_wait_at_gate() once, and returns at once if that says no.
	 * Returns true if all went well; if not, it has left word itself.
	 */
	bool (*work)(void *context, int worker);
	void *context;
};

/*
 * Runs the team to its end. Called by a process that does nothing else and ends soon, since after
 * an error threads of the team may still be there. Returns 0, or a negative errno value with
 * `error`; -ECANCELED if a worker failed and has left word.
 */
int team_run(const struct team *team, struct error *error);

/* Called by a worker that is ready; true when the gate has opened, false if the team gave up. */
bool team_wait_at_gate(const struct team *team);

/* Says in words how a process ended, from a status of waitpid(). */
void team_describe_status(char *text, size_t size, int status);
