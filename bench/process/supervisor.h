/*
 * Supervised processes: a process that may start others, in whatever process group or session, of
 * which none is left behind.
 */
#pragma once

#include "child.h"

struct supervised {
	/* Runs in the process. Returns 0, or a negative errno value with `error`. */
	int (*run)(void *context, struct error *error);
	void *context;
	const char *name; /* for messages, as in "the process that read its output" */
};

/* What it leaves. The caller provides it, in shared memory; supervisor_run() fills it. */
struct supervised_outcome {
	struct error error;
	pid_t survivor;    /* a process that could not be killed, or 0 */
	int survivor_code; /* why not, a negative errno value */
};

/* How long the processes that it started may outlive it. */
enum { SUPERVISOR_PATIENCE_MS = 1000 };

/*
 * Runs the process until it and all processes that it has started have ended; other children of the
 * caller are left alone. Returns 0, or a negative errno value with `error`: what run() reported; that
 * it was killed, or left a process running; -ETIMEDOUT if it did not end before the deadline, and
 * -EINTR if a signal arrived. A process that may not be killed (one that changed its user, such as
 * sudo) is given up after a few seconds, and `error` names it.
 */
int supervisor_run(const struct supervised *supervised, const struct limits *limits,
	struct supervised_outcome *outcome, struct error *error);
