/*
 * Descriptions: what an interpreter's program says of itself when it is run with `describe`, as
 * interpreters/README.md lays down.
 */
#pragma once

#include "exchange.h"

#include <time.h>

enum { DESCRIPTION_WORD_MAX = 64, DESCRIPTION_PARAMS_MAX = 128 };

/* The context of an exchange, so in shared memory while it is filled; zeroed before. */
struct description {
	struct exchange_outcome outcome;
	bool greeted;
	bool complete;
	bool unlocked; /* no global lock is in force */
	bool timed;    /* its clock has been told */
	clockid_t clock;
	char runtime[DESCRIPTION_WORD_MAX];
	char version[DESCRIPTION_WORD_MAX];
	/* Of the lock, as they stand in a spec: ":interval=5ms". */
	char params[DESCRIPTION_PARAMS_MAX];
};

/* The exchange's line(); `context` is the description. */
int description_take_line(void *context, char *line, struct error *error);

/* The exchange's end(): 0, or -EBADMSG with `error` if something has not been said. */
int description_end(void *context, struct error *error);
