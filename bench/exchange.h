/*
 * Exchanges: a program is run, each line that it prints is looked at as it comes, and may be
 * answered.
 */
#pragma once

#include "error.h"
#include "signals.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/resource.h>

struct exchange {
	char *const *words; /* the program and its arguments, a list that NULL ends */
	int input;          /* becomes its standard input, unless it is -1: then that is empty */
	bool both; /* its standard error is looked at like its output, not taken for a fault */
	/*
	 * Gets each line, without its end. 0, or a negative errno value with `error`, which ends
	 * the exchange.
	 */
	int (*line)(void *context, char *line, struct error *error);
	/*
	 * Called when the program has ended well: 0, or a negative errno value with `error` if it
	 * has left something unsaid. NULL: nothing is missing.
	 */
	int (*end)(void *context, struct error *error);
	void *context;
};

/* What an exchange leaves; in shared memory, as is all that line() changes. */
struct exchange_outcome {
	struct error error;
	struct rusage usage; /* of the program, and of the processes that it waited for */
};

/*
 * Runs the program, as the child of a child, until it has closed its output and ended, and all that
 * it has started has. No process is left behind, whatever group it has put itself in. Returns 0, or a negative errno value
 * with `error`, which says what the program did: it could not be started, it failed, was killed,
 * wrote to its standard error, left a process behind, or, with -ETIMEDOUT, did not end in time;
 * -EINTR when one of `signals` came.
 */
int exchange_run(const struct exchange *exchange, int64_t deadline_ns,
	const struct signals *signals, struct exchange_outcome *outcome, struct error *error);

/* Memory for `size` bytes that forked processes share, zeroed; NULL, with `error`: none is left. */
void *exchange_share(size_t size, struct error *error);
void exchange_unshare(void *memory, size_t size);

/* Replaces what is not a printable character of ASCII by '?'. */
void exchange_make_printable(char *text);
