/*
 * The peer: the other process, which a worker that does input and output talks with.
 *
 * A message is 16 bytes, two little-endian 64-bit numbers: its sequence number, from 0, and the
 * nanoseconds of a clock at which it was to be sent. A peer is one of two:
 *
 * - the sender sends messages on a fixed schedule and waits for nobody (an open loop): a reader
 *   that falls behind finds them all, each with the time it was meant to have. What has not been
 *   read some time after the last one, the sender takes back: a reader for which they come too fast
 *   would otherwise need many times as long as they took to come;
 * - the echo client sends a message, waits until it comes back, and sends the next one.
 *
 * At the end either sends a message with the number PEER_END: over UDP, where it may get lost,
 * again and again until the peer is stopped.
 */
#pragma once

#include "error.h"
#include "link.h"

#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#define PEER_END UINT64_MAX

struct peer_message {
	uint64_t sequence; /* both little-endian */
	uint64_t intended_ns;
};

enum peer_kind { PEER_SENDER, PEER_ECHO };

struct peer_job {
	enum peer_kind kind;
	clockid_t clock;     /* of its times, and of its schedule */
	int64_t every_ns;    /* sender: from one message to the next */
	size_t count;        /* sender: how many messages, at least 1 */
	int64_t patience_ns; /* sender: takes back, so long after the last one, what was not read */
	int64_t duration_ns; /* echo client: after this long it sends no more */
};

/* What a peer did, in nanoseconds of its clock. */
struct peer_result {
	int64_t start_ns; /* message 0 was to be sent; 0 if the peer has not begun */
	size_t sent;
	/* Sender: how late each message was sent, `sent` of them. */
	int64_t *late_ns;
	/* Sender: how old each message was when it was taken back unread; 0: it was not. */
	int64_t *unread_ns;
	/*
	 * Echo client: packets that came back; that did not within 5 s; that came back again or
	 * later.
	 */
	size_t answered;
	size_t lost;
	size_t duplicated;
	int64_t first_ns; /* the first was sent */
	int64_t last_ns;  /* the last came back */
};

struct peer;

/*
 * Makes one that is not yet started, in memory that processes forked later share: so the process
 * that made it sees what a child's child found. For peer_destroy(), or NULL with `error`.
 */
struct peer *peer_create(const struct peer_job *job, struct error *error);
/* Frees the memory. NULL is taken too. */
void peer_destroy(struct peer *peer);

/*
 * Forks the peer, which waits for peer_go(); it dies with its parent. Closes the peer's end of the
 * link here. Returns the process, or a negative errno value with `error`.
 */
pid_t peer_start(struct peer *peer, struct link *link, struct error *error);

/*
 * Lets it begin its schedule, 20 ms later. Any process that shares the memory may call this, once.
 */
void peer_go(struct peer *peer);

/*
 * Ends it, by its parent, within about 100 ms, wherever it is, and waits for that. 0; or a negative
 * errno value with `error`, which says why it failed, or how it died.
 */
int peer_stop(struct peer *peer, struct error *error);

/* What it did; as long as the peer is there. */
const struct peer_result *peer_result(const struct peer *peer);

/* When message number `sequence` was to be sent. */
int64_t peer_intended_ns(const struct peer *peer, uint64_t sequence);
