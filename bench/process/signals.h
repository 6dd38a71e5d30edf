/*
 * Signals without handlers: those that ask the program to end are blocked and read from a file
 * descriptor, so that the program can end in order: the children are ended, what has been measured
 * is kept, and no temporary file is left.
 *
 * They are SIGINT, SIGTERM and SIGHUP, and the others whose default action ends a process and that
 * come from outside: SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGIO, SIGPWR
 * and SIGSTKFLT. The price is that Ctrl-\ dumps no core. Signals that report a fault of the program
 * (SIGSEGV, SIGABRT, ...), real-time signals and SIGKILL end it at once.
 */
#pragma once

#include "error.h"

#include <signal.h>

struct signals {
	int fd;          /* readable when a signal is pending */
	sigset_t before; /* the mask before signals_init() */
};

/*
 * Blocks the signals above, except those that are ignored (by nohup, or by a shell for a job in the
 * background) or have a handler (of a profiler or sanitizer). Ignores SIGPIPE and SIGXFSZ, so that
 * the write fails instead, and resets SIGCHLD to its default, since waitpid() fails where it is
 * ignored. Returns 0, or a negative errno value with `error`.
 */
int signals_init(struct signals *signals, struct error *error);
void signals_finish(struct signals *signals);

/* Restores the signal mask, in a forked child. Dispositions stay as signals_init() set them. */
void signals_restore(const struct signals *signals);

/*
 * To be called before exec(): resets the dispositions that signals_init() changed, SIGPIPE, SIGXFSZ
 * and SIGCHLD, to their defaults. A program that gilbench starts gets these whatever gilbench
 * inherited; all else, such as a SIGHUP ignored by nohup, it inherits.
 */
void signals_reset_dispositions(void);

/* Returns the number of a pending signal and consumes it, or returns 0 if there is none. */
int signals_take(const struct signals *signals);
