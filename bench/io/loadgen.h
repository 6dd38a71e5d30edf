/*
 * The load generator: a process that exchanges messages with the I/O thread.
 *
 * A message has a sequence number, counted from 0, and the time at which it was to be sent. A load
 * generator runs one of two loops:
 *
 * - the open loop sends messages at random times, fixed beforehand (send_times.h), and waits for
 *   nobody. A reader that falls behind finds all of them, each with its intended time. Some time
 *   after the last message, the load generator takes back those that have not been read: a reader
 *   that is too slow for the messages would otherwise need many times as long as they do;
 * - the closed loop sends a message, waits until it comes back, and sends the next one.
 *
 * At the end, both send a message with the sequence number LOADGEN_END. Over a lossy transport they
 * repeat it until they are stopped.
 */
#pragma once

#include "error.h"
#include "loop.h"
#include "transport.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define LOADGEN_END UINT64_MAX

struct loadgen_job {
	enum io_kind kind;
	clockid_t clock;          /* of all times */
	int64_t lead_ns;          /* from loadgen_go() to the start; 0: 20 ms */
	int64_t every_ns;         /* open loop: mean time between messages */
	int64_t phase_ns;         /* open loop: see send_times_fill() */
	uint64_t seed;            /* open loop: of the send times */
	size_t count;             /* open loop: number of messages; 0: only the end marker */
	int64_t drain_timeout_ns; /* open loop: from the last message to taking back the unread */
	int64_t duration_ns;      /* closed loop: after this time, no more messages are sent */
	int64_t answer_timeout_ns; /* closed loop: a message that takes longer to come back is lost */
};

/* What a load generator did, in nanoseconds of its clock. */
struct loadgen_result {
	int64_t start_ns; /* 0 before the start */
	size_t sent;
	/* Open loop: how late each message was sent; `sent` of them. */
	int64_t *late_ns;
	/* Open loop: whether each message was taken back unread, and when that began; 0: never. */
	bool *unread;
	int64_t end_ns;
	/* Closed loop: messages that came back in time; that did not; that came back again. */
	size_t answered;
	size_t lost;
	size_t duplicated;
	int64_t first_ns; /* closed loop: the first message was sent */
	int64_t last_ns;  /* closed loop: the last message came back */
};

struct loadgen;

/*
 * Creates a load generator, not yet started, in memory shared with processes that are forked
 * later: so a process sees the results of a load generator that its child has started. Returns NULL
 * with `error` on failure.
 */
struct loadgen *loadgen_create(const struct loadgen_job *job, struct error *error);

/* Frees the memory; NULL is allowed. The process must have ended. */
void loadgen_destroy(struct loadgen *generator);

/*
 * Forks the process, which waits for loadgen_go() and dies with its parent. Closes the generator's
 * end of the transport in the caller. Returns the process, or a negative errno value with `error`.
 */
pid_t loadgen_start(struct loadgen *generator, struct transport *transport, struct error *error);

/* Starts it, after its lead. To be called once, by any process that shares the memory. */
void loadgen_go(struct loadgen *generator);

/*
 * A file that polls as readable once the process has ended; valid in its parent and in processes
 * that the parent has forked since loadgen_start(). -1 before that, and after loadgen_stop().
 */
int loadgen_watch(const struct loadgen *generator);

/* Whether it has ended; may be called where loadgen_watch() may. */
bool loadgen_has_ended(const struct loadgen *generator);

/*
 * Ends the process within about 100 ms, whatever it is doing, and waits for it. To be called once,
 * by its parent. Returns 0, or a negative errno value with `error` if it failed or died.
 */
int loadgen_stop(struct loadgen *generator, struct error *error);

/*
 * The same for a process that has ended by itself, or is about to: always returns a negative errno
 * value with `error`, which says how it ended.
 */
int loadgen_explain_end(struct loadgen *generator, struct error *error);

/* Valid as long as the load generator is. */
const struct loadgen_result *loadgen_result(const struct loadgen *generator);

/* The time at which message number `sequence` of an open loop was to be sent. */
int64_t loadgen_intended_ns(const struct loadgen *generator, uint64_t sequence);
