/*
 * The open loop: messages at random times, whose latencies show how late they are read.
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

/* Default of the minimum. */
static const int64_t drain_timeout_min_ns = INT64_C(1000000000);

/* At least one, unless the window is empty. */
static size_t count_messages(const struct io_region_job *job)
{
	int64_t count = job->window_ns / job->every_ns;
	return job->window_ns > 0 && count == 0 ? 1 : (size_t)count;
}

static struct loadgen_job plan(const struct io_region_job *job, clockid_t clock)
{
	int64_t least_ns =
		job->drain_timeout_min_ns ? job->drain_timeout_min_ns : drain_timeout_min_ns;
	return (struct loadgen_job){
		.kind = IO_OPEN_LOOP,
		.clock = clock,
		.lead_ns = job->lead_ns,
		.every_ns = job->every_ns,
		.phase_ns = job->phase_ns,
		.seed = job->seed,
		.count = count_messages(job),
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
	/* Without messages, too, the end comes after the lead. */
	loadgen_sleep_until(generator, generator->result.start_ns);
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

/*
 * Whether the message was not read before the unread ones were taken back. One that was read later,
 * by a reader that had taken it already, is treated alike: otherwise, which of the slow messages
 * count would depend on how slow they were.
 */
static bool is_censored(const struct loadgen_result *generated, const struct arrivals *arrivals,
	size_t message, int64_t bound_ns)
{
	return generated->end_ns &&
	       (generated->unread[message] || arrivals->latency_ns[message] > bound_ns);
}

/* Messages that were not read in time have waited at least until then. 0 or -ENOMEM. */
static int add_latencies(
	struct io_region_result *result, const struct loadgen *generator, struct arrivals *arrivals)
{
	const struct loadgen_result *generated = loadgen_result(generator);
	int failed = 0;
	for (size_t i = 0; !failed && i < generated->sent; i++) {
		int64_t bound_ns = generated->end_ns - loadgen_intended_ns(generator, i);
		if (is_censored(generated, arrivals, i, bound_ns)) {
			arrivals_forget(arrivals, i);
			failed = latency_add_censored(&result->latencies, bound_ns);
		}
	}
	arrivals_close(arrivals);
	return failed ? failed
		      : latency_add(&result->latencies, arrivals->latency_ns, arrivals->arrived);
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
		result->late_p99_ns = latency_percentile(&late, 990);
		result->late_max_ns = latency_percentile(&late, 1000);
	}
	latency_finish(&late);
	return 0;
}

static int sum_up(struct io_region_result *result, const struct loadgen *generator,
	struct arrivals *arrivals, struct error *error)
{
	const struct loadgen_result *generated = loadgen_result(generator);
	if (sum_up_lateness(result, generated) || add_latencies(result, generator, arrivals)) {
		return error_set(
			error, -ENOMEM, "out of memory for %zu latencies", generated->sent);
	}
	result->messages = generated->sent;
	result->unread = result->latencies.censored;
	result->lost = generated->sent - result->latencies.count;
	result->duplicated = arrivals->duplicated;
	return result->latencies.count > 0 ? 0 : -ENODATA;
}

const struct io_loop open_loop = {
	.takes_back = true,
	.outcome = "arrived",
	.plan = plan,
	.generate = generate,
	.process = process,
	.sum_up = sum_up,
};
