/*
 * Within the process of a load generator: what the loops need. Private to loadgen.c and the loops.
 */
#pragma once

#include "loadgen.h"

#include <semaphore.h>

/* In shared memory; the send times and the arrays of the result lie behind it. */
struct loadgen {
	struct loadgen_job job;
	size_t size; /* of the mapping */
	pid_t process;
	int watch;      /* see loadgen_watch() */
	sem_t go;       /* posted to start */
	sem_t finished; /* posted when nobody reads any more */
	int stopping;   /* atomic */
	struct error error;
	const int64_t *times_ns; /* open loop: when each message is to be sent, after the start */
	struct loadgen_result result;
};

/* How often a load generator that waits for something looks whether it is to stop. */
enum { LOADGEN_CHECK_MS = 100 };

int64_t loadgen_now_ns(const struct loadgen *generator);

/* Whether loadgen_stop() has been called. */
bool loadgen_stopping(const struct loadgen *generator);

/* Sleeps until the time, or until the generator is to stop. */
void loadgen_sleep_until(const struct loadgen *generator, int64_t time_ns);

/*
 * Sends a message, waiting for room as long as necessary. Returns the time just before the attempt
 * that succeeded; -ECANCELED if the generator is to stop; or another negative errno value with the
 * generator's error.
 */
int64_t loadgen_send(struct loadgen *generator, const struct transport *transport,
	uint64_t sequence, int64_t intended_ns);
