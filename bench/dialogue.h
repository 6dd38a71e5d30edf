/*
 * Dialogues: what an interpreter's program says while it runs, as interpreters/README.md lays down.
 *
 * A dialogue is the context of an exchange (exchange.h), and lies in shared memory. It checks that
 * the lines come in their order, binds each worker that is told of, and keeps the numbers.
 */
#pragma once

#include "exchange.h"
#include "placement.h"
#include "tasks.h"

#include <stdint.h>

/* What the program tells of a CPU-bound worker. */
struct dialogue_span {
	bool told;
	int64_t start_ns;
	int64_t end_ns;
	uint64_t units;
};

struct dialogue {
	/* To be set; `io` if one more worker does input and output. */
	const struct placement *placement;
	int workers;
	bool io;
	int answers; /* answers are written to this file */
	/*
	 * For what only an experiment understands; each NULL: nothing. ready() is called when the
	 * gate has been opened, line() with the lines that come after it and are not told of here,
	 * done() when the program has told all. 0, or a negative errno value with `error`; line()
	 * returns -ENOMSG, without an error, if it does not understand it either.
	 */
	int (*ready)(void *context, struct error *error);
	int (*line)(void *context, const char *line, struct error *error);
	int (*done)(void *context, struct error *error);
	void *context;

	/* To be read, when the exchange has come to its end. */
	struct exchange_outcome outcome;
	bool unbound;              /* the command has bound its workers itself, to other places */
	struct tasks_usage before; /* used before the gate opened */

	/* Private. */
	int stage;
	int announced;
	pid_t last_process;
	struct tasks seen;
	struct dialogue_span spans[];
};

/* The size of one, for exchange_share(). */
size_t dialogue_size(int workers);

/* The exchange's line(); `context` is the dialogue. */
int dialogue_take_line(void *context, char *line, struct error *error);

/* The exchange's end(): 0, or -EBADMSG with `error` if something has not been said. */
int dialogue_end(void *context, struct error *error);
