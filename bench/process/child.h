/*
 * Child processes: each is forked to do one thing, waited for with a deadline, and never left
 * behind.
 */
#pragma once

#include "error.h"
#include "signals.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What ends a wait for a child early. */
struct limits {
	int64_t deadline_ns; /* from the start of the child */
	const struct signals *signals;
};

struct child {
	/* Runs in the child; the result is the exit status. */
	int (*main)(void *context);
	void *context;
	const struct limits *limits;
	/*
	 * The child ends its descendants itself when it receives SIGTERM, and has to do so within
	 * CHILD_PATIENCE_MS; only then is it killed. Otherwise it is killed at once, together with
	 * its process group.
	 */
	bool ends_on_sigterm;
};

/* How long a child that was told to end may take. */
enum { CHILD_PATIENCE_MS = 5000 };

/*
 * Forks the child and waits until it and all processes that it forks (without exec) have ended.
 * Returns 0 with `status` as of waitpid(); or a negative errno value with `error`: -ETIMEDOUT if
 * the deadline passed, -EINTR if a signal arrived (it is consumed, and named in `error`), or
 * another. After an error the child is killed. It never blocks longer than the deadline and twice
 * the patience, even if the child cannot be killed.
 */
int child_run(const struct child *child, int *status, struct error *error);

/*
 * Describes how a process ended, from a status of waitpid(), as in "was killed by signal 9
 * (Killed)".
 */
void child_describe_status(char *text, size_t size, int status);
