/*
 * Subprocesses: a program is run, each line that it prints is handled as it arrives, and may be
 * answered.
 */
#pragma once

#include "supervisor.h"

#include <sys/resource.h>
#include <sys/types.h>

struct subprocess {
	char *const *words; /* the program and its arguments, a list that NULL ends */
	int input;          /* becomes its standard input; -1 for an empty one */
	bool both;          /* handle its standard error like its output, instead of as a failure */
	/*
	 * Called with each line, without its newline, in the listener process (subprocess.c):
	 * whatever it changes has to be in shared memory. Returns 0, or a negative errno value with
	 * `error`, which ends the subprocess.
	 */
	int (*line)(void *context, char *line, struct error *error);
	/*
	 * Called there when the program has ended successfully. Returns 0, or a negative errno
	 * value with `error` if its output was incomplete. May be NULL.
	 */
	int (*end)(void *context, struct error *error);
	/*
	 * Another file on which to wait for an event that ends the subprocess. watch() is called in
	 * the listener process before each wait and returns the file, or -1 for none. Once it is
	 * readable, on_event() is called, which returns a negative errno value with `error`. Both
	 * may be NULL.
	 */
	int (*watch)(void *context);
	int (*on_event)(void *context, struct error *error);
	void *context;
};

/* What a subprocess leaves. The caller provides it, in shared memory; subprocess_run() fills it. */
struct subprocess_outcome {
	struct supervised_outcome supervised;
	struct rusage usage; /* of the program, and of the processes that it waited for */
};

/*
 * Runs the program until it has closed its output and ended, and all processes that it started have
 * ended. None of them is left behind, whatever process group or session they are in; other children
 * of the caller are left alone. Returns 0, or a negative errno value with `error`, which says what
 * the program did: it could not be started, it failed, was killed, wrote to standard error, or left
 * a process running; -ETIMEDOUT if it did not end before the deadline, and -EINTR if a signal
 * arrived. A process that may not be killed (one that changed its user, such as sudo) is given up
 * after a few seconds, and `error` names it.
 */
int subprocess_run(const struct subprocess *subprocess, const struct limits *limits,
	struct subprocess_outcome *outcome, struct error *error);
