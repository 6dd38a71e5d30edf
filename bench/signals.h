/*
 * Ctrl-C and its relatives, without handlers: SIGINT, SIGTERM and SIGHUP are blocked and read from
 * a file descriptor, so that the program finds them where it is ready for them.
 */
#pragma once

#include "error.h"

#include <signal.h>

struct signals {
	int fd; /* readable when one of them has come */
	sigset_t before;
};

/*
 * Blocks those of them that are not ignored already, and ignores SIGPIPE and SIGXFSZ. 0, or a
 * negative errno value with `error`.
 */
int signals_init(struct signals *signals, struct error *error);
void signals_finish(struct signals *signals);

/* In a forked child: as if signals_init() had not been called, what is ignored apart. */
void signals_restore(const struct signals *signals);

/* The number of a signal that has come, which is then forgotten; 0 if none has. */
int signals_take(const struct signals *signals);
