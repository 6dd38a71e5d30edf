/*
 * Exchanges: a sample of messages between two workers, in a process of its own (isolated.h). A leader
 * sends to a partner, another thread or a process; each is bound to a place of its own. Every message
 * is checked by who receives it.
 */
#pragma once

#include "child.h"
#include "lane.h"
#include "placement.h"

enum exchange_op {
	EXCHANGE_STREAM, /* the leader sends without waiting for answers; the time per message */
	EXCHANGE_ROUND_TRIP, /* the partner sends each message back; the time for both ways */
	EXCHANGE_COPY,       /* the partner copies each message; the time of its memcpy() alone */
};

struct exchange_job {
	enum exchange_op op;
	const struct channel_type *type; /* NULL: one worker encodes and decodes, or copies */
	const struct codec *codec;       /* NULL: the records are sent as they are */
	size_t size;                     /* of a message's records: see lane.h */
	int64_t window_ns;               /* for how long messages are sent */
	const struct placement *placement;
};

struct exchange_result {
	double message_s;
	uint64_t messages; /* that were timed */
	uint64_t bytes;    /* of a message as it was sent */
	/* Of both workers, from the beginning of the process to their end. */
	int64_t cpu_ns;
	int64_t switches_voluntary;
	int64_t switches_involuntary;
};

/*
 * Takes a sample. Returns 0, or a negative errno value with `error` as isolated_run() does. Nothing of
 * it is left behind.
 */
int exchange_run(const struct exchange_job *job, const struct limits *limits,
	struct exchange_result *result, struct error *error);
