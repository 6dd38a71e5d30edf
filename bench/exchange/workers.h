/* The two workers of an exchange. For this folder. */
#pragma once

#include "exchange.h"

/* What the two workers have. Each process has its own copy of all but `result`. */
struct exchange {
	const struct exchange_job *job;
	struct lane there;              /* from the leader to the partner */
	struct lane back;               /* from the partner to the leader */
	unsigned char *copy;            /* the partner's, for EXCHANGE_COPY; else NULL */
	int64_t copying_ns;             /* the partner's */
	struct exchange_result *result; /* in shared memory */
};

/*
 * The leader sends messages in two phases: one to warm up, in which every buffer is used, and one that
 * is timed. The last message of each is flagged, and answered when all before it have been received.
 * Both return 0, or a negative errno value with `error`.
 */
int workers_lead(struct exchange *exchange, struct error *error);
int workers_answer(struct exchange *exchange, struct error *error);

/* A job without a channel: memcpy(), or a codec, in this thread. As workers_lead(). */
int workers_run_alone(
	const struct exchange_job *job, struct exchange_result *result, struct error *error);

/* How many messages of that size are sent between two readings of the clock. */
size_t workers_batch(size_t size);
