/*
 * A region with one worker that does input and output beside some that compute.
 *
 * The workers that compute do so, under the lock, until a flag tells them to stop; there may be
 * none. The other one, the last, talks with a peer (peer.h): it waits for a message outside the
 * lock, and has to take the lock before it can go on. So its latency, or how many packets it
 * answers, tells how soon the lock lets in a thread that needs it but for a moment.
 */
#pragma once

#include "latency.h"
#include "link.h"
#include "peer.h"
#include "region.h"
#include "tally.h"
#include "work.h"

enum beside_kind {
	BESIDE_CONVOY,    /* messages come on a schedule; how late are they read? */
	BESIDE_BANDWIDTH, /* packets are sent back; how many per second? */
};

struct beside_job {
	enum beside_kind kind;
	const struct mode *mode;
	const struct work *work; /* what the others compute; ready */
	const struct spec *lock; /* NULL where the mode is real */
	const struct placement *placement;
	int workers;         /* that compute; the one beside them has the place behind theirs */
	enum link_kind over; /* of a convoy */
	int64_t every_ns;    /* of a convoy: from message to message */
	int64_t window_ns;   /* how long the peer sends */
};

struct beside_result {
	/*
	 * Convoy: of all messages that arrived, in their order, and of those that were taken back
	 * unread, which would have taken longer still.
	 */
	struct latency latencies;
	size_t messages; /* that the peer sent */
	size_t unread;   /* convoy: taken back, as they came faster than they could be read */
	size_t lost;
	size_t duplicated;
	int64_t late_p50_ns; /* convoy: how late the peer itself was */
	int64_t late_max_ns;
	size_t packets;       /* bandwidth: that were answered */
	double packets_per_s; /* bandwidth */
	double units_per_s;   /* of the workers that compute, together; 0 without any */
};

/* What a worker that computes did. */
struct beside_span {
	_Alignas(LOCKMODEL_CACHE_LINE) int64_t start_ns;
	int64_t end_ns;
	uint64_t units;
};

/* The link that its messages go over. */
enum link_kind beside_link(const struct beside_job *job);

/* How many units a worker that computes does before it looks whether to stop. */
uint64_t beside_chunk_units(const struct work *work);

/* The peer that goes with a job, whose times are to be of `clock`. */
struct peer_job beside_peer(const struct beside_job *job, clockid_t clock);

/*
 * Runs the job in a region. Fills `region` and, for beside_finish(), `result`; in `region` the
 * worker beside the others counts as one of them, save in how fair the lock was. 0, or a negative
 * errno value with `error` as of region_run(); so, too, if not a single message arrived.
 */
int beside_run(const struct beside_job *job, int64_t deadline_ns, const struct signals *signals,
	struct region_result *region, struct beside_result *result, struct error *error);

/*
 * The last step of that, for those who run the workers themselves: makes the result of what a peer
 * that has been stopped and `workers` spans tell, and in a convoy the tally, which it closes.
 */
int beside_sum_up(struct beside_result *result, const struct beside_job *job,
	const struct peer *peer, struct tally *tally, const struct beside_span *spans,
	struct error *error);

/* Frees what the result holds. */
void beside_finish(struct beside_result *result);
