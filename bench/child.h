/*
 * Children: processes forked to do one thing, waited for with a deadline, and never left behind.
 */
#pragma once

#include "error.h"
#include "signals.h"

#include <stdint.h>

struct child {
	/* Runs in the child; what it returns is the exit status. */
	int (*main)(void *context);
	void *context;
	int64_t deadline_ns;
	const struct signals *signals;
};

/*
 * Forks the child and waits for it, and for all that it forks in turn. Returns 0 with `status` as
 * of waitpid(); or a negative errno value with `error`, among them -ETIMEDOUT when the deadline
 * passed, and -EINTR when one of the signals came (it is taken from there, and named in `error`).
 */
int child_run(const struct child *child, int *status, struct error *error);
