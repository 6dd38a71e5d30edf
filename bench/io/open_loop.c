/*
 * The open loop: messages on a fixed schedule, whose latencies show how late they are read.
 *
 * The lateness of a message is measured just before the call that sends it: what the call costs,
 * and what the reader does meanwhile, is part of the latency. To be on time, the load generator
 * runs at real-time priority where it may (as root), and wakes up a little early.
 */
#include "arrivals.h"
#include "io_region.h"
#include "loadgen_process.h"

#include <endian.h>
#include <errno.h>
#include <sched.h>

/* From when on it polls the clock before a message; at most a tenth of the interval. */
static const int64_t wake_early_ns = 100 * INT64_C(1000);

/* Default of the minimum; longer than any lock delays a reader that keeps up. */
static const int64_t drain_timeout_min_ns = 2 * INT64_C(1000000000);

static struct loadgen_job plan(const struct io_region_job *job, clockid_t clock)
{
	int64_t count = job->window_ns / job->every_ns;
	int64_t least_ns =
		job->drain_timeout_min_ns ? job->drain_timeout_min_ns : drain_timeout_min_ns;
	return (struct loadgen_job){
		.kind = IO_OPEN_LOOP,
		.clock = clock,
		.every_ns = job->every_ns,
		.count = (size_t)(count > 0 ? count : 1),
		.drain_timeout_ns = job->window_ns > least_ns ? job->window_ns : least_ns,
	};
}

/* --- in the load generator ------------------------------------------------------------------- */

static int generate(struct loadgen *generator, const struct transport *transport)
{
	const struct sched_param lowest = { .sched_priority = 1 };
	int64_t tenth_ns = generator->job.every_ns / 10;
	int64_t early_ns = tenth_ns < wake_early_ns ? tenth_ns : wake_early_ns;
	sched_setscheduler(0, SCHED_FIFO, &lowest);
	for (size_t i = 0; i < generator->job.count; i++) {
		int64_t intended_ns = loadgen_intended_ns(generator, i);
		loadgen_sleep_until(generator, intended_ns - early_ns);
		while (loadgen_now_ns(generator) < intended_ns && !loadgen_stopping(generator)) {
		}
		int64_t sent_ns = loadgen_stopping(generator)
					  ? -ECANCELED
					  : loadgen_send(generator, transport, i, intended_ns);
		if (sent_ns < 0) {
			return (int)sent_ns;
		}
		generator->result.late_ns[i] = sent_ns - intended_ns;
		generator->result.sent = i + 1;
	}
	return 0;
}

/* --- in the I/O thread ----------------------------------------------------------------------- */

static int process(const struct io_thread *thread, const struct transport_message *message,
	int64_t now_ns, struct error *error)
{
	(void)error;
	int64_t intended_ns = (int64_t)le64toh(message->intended_ns);
	arrivals_note(thread->arrivals, le64toh(message->sequence), now_ns - intended_ns);
	return 0;
}

/* --- the result ------------------------------------------------------------------------------ */

/* A message that was taken back would have had to wait even longer than until then. */
static void add_unread(struct io_region_result *result, const struct loadgen_result *generated,
	struct arrivals *arrivals)
{
	for (size_t i = 0; i < generated->sent; i++) {
		if (generated->unread_ns[i]) {
			arrivals_note(arrivals, i, generated->unread_ns[i]);
			result->unread++;
		}
	}
}

static int sum_up_lateness(struct io_region_result *result, const struct loadgen_result *generated)
{
	struct latency late = { 0 };
	if (latency_add(&late, generated->late_ns, generated->sent)) {
		return -ENOMEM;
	}
	if (late.count) {
		latency_sort(&late);
		result->late_p50_ns = latency_percentile(&late, 500);
		result->late_max_ns = latency_percentile(&late, 1000);
	}
	latency_finish(&late);
	return 0;
}

static int sum_up(struct io_region_result *result, const struct loadgen_result *generated,
	struct arrivals *arrivals, struct error *error)
{
	add_unread(result, generated, arrivals);
	arrivals_close(arrivals);
	result->messages = generated->sent;
	result->lost =
		generated->sent > arrivals->arrived ? generated->sent - arrivals->arrived : 0;
	result->duplicated = arrivals->duplicated;
	if (sum_up_lateness(result, generated) ||
		latency_add(&result->latencies, arrivals->latency_ns, arrivals->arrived)) {
		return error_set(
			error, -ENOMEM, "out of memory for %zu latencies", arrivals->arrived);
	}
	return arrivals->arrived > result->unread ? 0 : -ENODATA;
}

const struct io_loop open_loop = {
	.takes_back = true,
	.outcome = "arrived",
	.plan = plan,
	.generate = generate,
	.process = process,
	.sum_up = sum_up,
};
