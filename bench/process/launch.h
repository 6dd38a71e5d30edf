/*
 * Starting a program, with a pipe at its standard output and another at its standard error.
 */
#pragma once

#include "error.h"
#include "signals.h"

#include <sys/types.h>

struct launch {
	pid_t process; /* a child of the caller, for waitpid() */
	int output;    /* what it writes to standard output; the caller closes these three */
	int errors;    /* and to standard error */
	int ended;     /* readable when it has ended; -1 if the system has no pidfd_open() */
};

/*
 * Starts a program. `words` is its name, searched in PATH, and its arguments, a list that NULL
 * ends; `input` becomes its standard input, or /dev/null if it is -1. It is killed when the caller
 * ends, and gets the dispositions of signals_reset_dispositions() and, unless `signals` is NULL, the
 * mask of signals_restore(). Returns 0; or a negative errno value with `error`, and nothing is left
 * to close.
 */
int launch_program(char *const *words, int input, const struct signals *signals,
	struct launch *launch, struct error *error);
