/*
 * The two ways to generate load, and what distinguishes them: in the load generator, in the I/O
 * thread, and in the result. Each has a file of its own, open_loop.c and closed_loop.c.
 */
#pragma once

#include "error.h"
#include "transport.h"

#include <stdbool.h>
#include <time.h>

enum io_kind {
	IO_OPEN_LOOP,   /* messages at random times, whether or not earlier ones have been read */
	IO_CLOSED_LOOP, /* one message at a time; the next is sent when it has come back */
};

struct arrivals;
struct io_region_job;
struct io_region_result;
struct loadgen;
struct loadgen_job;
struct lockmodel_thread;

/* What the I/O thread works with. */
struct io_thread {
	const struct transport *transport;
	struct lockmodel_thread *lock;
	struct arrivals *arrivals;
};

/* All functions return 0, or a negative errno value with `error`. */
struct io_loop {
	/* The I/O thread answers, so the transport must be a two-way one. */
	bool two_way;

	/* The load generator finally takes back the messages that have not been read. */
	bool takes_back;

	/* What becomes of a message, as in "none of the messages arrived". */
	const char *outcome;

	/* The load generator's part of a job; its times are those of `clock`. */
	struct loadgen_job (*plan)(const struct io_region_job *job, clockid_t clock);

	/* In the load generator: sends the messages. The error is the generator's own. */
	int (*generate)(struct loadgen *generator, const struct transport *transport);

	/* In the I/O thread, which holds the lock: processes a message received at `now_ns`. */
	int (*process)(const struct io_thread *thread, const struct transport_message *message,
		int64_t now_ns, struct error *error);

	/*
	 * Fills in what the load generator and `arrivals` found; -ENODATA, without `error`, if no
	 * message had its outcome.
	 */
	int (*sum_up)(struct io_region_result *result, const struct loadgen *generator,
		struct arrivals *arrivals, struct error *error);
};

const struct io_loop *io_loop(enum io_kind kind);

extern const struct io_loop open_loop;
extern const struct io_loop closed_loop;
