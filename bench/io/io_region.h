/*
 * An I/O region: a region with one I/O thread under the background load of workers that compute.
 *
 * The workers compute under the lock until a flag tells them to stop; their number may be 0. The
 * I/O thread, the last worker, exchanges messages with a load generator (loadgen.h). It waits for
 * each message outside the lock, as a blocking system call in an interpreter does, and has to
 * acquire the lock before it can go on. So the latency of the messages, or their rate, shows how
 * soon the lock admits a thread that needs it only briefly.
 */
#pragma once

#include "arrivals.h"
#include "latency.h"
#include "loadgen.h"
#include "region.h"
#include "transport.h"

struct io_region_job {
	enum io_kind kind;
	const char *task; /* its name for real interpreters; see runtimes/programs/README.md */
	enum team_kind team;
	enum worker_locks locks;
	const struct spec *lock;
	const struct workload *load; /* of the workers; calibrated */
	const struct placement *placement;
	int workers;                       /* that compute; the I/O thread has the next place */
	const struct transport_type *over; /* NULL: the default for the kind */
	int64_t lead_ns;   /* how long the workers compute before the first message; 0: 20 ms */
	int64_t every_ns;  /* open loop: mean time between messages */
	int64_t phase_ns;  /* open loop: further random delay of the first message, at most */
	uint64_t seed;     /* open loop: of the send times */
	int64_t window_ns; /* how long messages are sent; 0: none is */
	/*
	 * Open loop: unread messages are taken back after `window_ns` or this, whichever is longer;
	 * 0: 1 s.
	 */
	int64_t drain_timeout_min_ns;
};

struct io_region_result {
	/* Open loop: of all messages that were not lost; those not read in time are censored. */
	struct latency latencies;
	size_t messages; /* sent by the load generator */
	size_t unread;   /* open loop: not read in time */
	size_t lost;
	size_t duplicated;
	int64_t late_p50_ns; /* open loop: how late the load generator sent the messages */
	int64_t late_p99_ns;
	int64_t late_max_ns;
	size_t packets;       /* closed loop: messages that were answered */
	double packets_per_s; /* closed loop */
	double units_per_s;   /* of the workers, in total; 0 without workers */
};

/* The transport of a job. */
const struct transport_type *io_region_transport(const struct io_region_job *job);

/* The number of units that a worker computes between two looks at the flag that stops it. */
uint64_t io_region_chunk_units(const struct workload *load);

/* The load generator's part of a job, with times of `clock`. */
struct loadgen_job io_region_loadgen(const struct io_region_job *job, clockid_t clock);

/*
 * Runs the job in a region. Returns 0 and fills `region` and `result`, which is for
 * io_region_finish(); or a negative errno value with `error`, as region_run() does, also if the
 * load generator failed, or no message arrived. In `region`, the I/O thread counts as a worker
 * except in jain_held.
 */
int io_region_run(const struct io_region_job *job, const struct limits *limits,
	struct region_result *region, struct io_region_result *result, struct error *error);

/*
 * The last step of io_region_run(), for callers that run the workers themselves: computes the
 * result from a load generator that has been stopped, the workers' spans, and, in an open loop, the
 * arrivals, which it closes.
 */
int io_region_sum_up(struct io_region_result *result, const struct io_region_job *job,
	const struct loadgen *generator, struct arrivals *arrivals, const struct span *spans,
	struct error *error);

/* Frees the memory of the result. */
void io_region_finish(struct io_region_result *result);
