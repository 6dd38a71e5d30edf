/* Threads on a given hardware thread (PU, in the system's numbering). */
#pragma once

#include "error.h"

#include <pthread.h>

/* Binds the calling thread. Returns 0, or a negative errno value with `error`. */
int pu_bind(int pu, struct error *error);

/* Starts a thread that is bound from its start on. Returns 0, or a negative errno value. */
int pu_start(
	pthread_t *thread, int pu, void *(*run)(void *context), void *context, struct error *error);
