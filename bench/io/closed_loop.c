/*
 * The closed loop: one message at a time, which the I/O thread sends back; the number of messages
 * per second shows how soon it gets the lock.
 */
#include "io_region.h"
#include "loadgen_process.h"

#include "lockmodel.h"

#include <endian.h>
#include <errno.h>

static struct loadgen_job plan(const struct io_region_job *job, clockid_t clock)
{
	return (struct loadgen_job){
		.kind = IO_CLOSED_LOOP,
		.clock = clock,
		.lead_ns = job->lead_ns,
		.duration_ns = job->window_ns,
		.answer_timeout_ns = 5 * INT64_C(1000000000),
	};
}

/* --- in the load generator ------------------------------------------------------------------- */

/* Returns 1 if message `sequence` came back, 0 if it is lost, or a negative errno value. */
static int await_answer(
	struct loadgen *generator, const struct transport *transport, uint64_t sequence)
{
	int64_t until_ns = loadgen_now_ns(generator) + generator->job.answer_timeout_ns;
	while (loadgen_now_ns(generator) < until_ns && !loadgen_stopping(generator)) {
		struct transport_message message;
		int result = transport->type->receive_answer(transport, &message);
		if (result == -EAGAIN || result == -EINTR || result == -EBADMSG) {
			continue;
		}
		if (result) {
			return error_system(&generator->error, result,
				"the load generator could not receive an answer");
		}
		if (le64toh(message.sequence) == sequence) {
			return 1;
		}
		generator->result.duplicated++;
	}
	return 0;
}

static int exchange_messages(struct loadgen *generator, const struct transport *transport)
{
	struct loadgen_result *result = &generator->result;
	int64_t end_ns = result->start_ns + generator->job.duration_ns;
	int64_t now_ns = result->start_ns;
	while (now_ns < end_ns && !loadgen_stopping(generator)) {
		int64_t sent_ns = loadgen_send(generator, transport, result->sent, now_ns);
		int answered = sent_ns < 0 ? (int)sent_ns
					   : await_answer(generator, transport, result->sent);
		if (answered < 0) {
			return answered;
		}
		result->sent++;
		now_ns = loadgen_now_ns(generator);
		if (answered) {
			result->answered++;
			result->last_ns = now_ns;
		} else {
			result->lost++;
		}
	}
	return 0;
}

static int generate(struct loadgen *generator, const struct transport *transport)
{
	if (transport->type->set_timeout) {
		transport->type->set_timeout(
			transport->generator, LOADGEN_CHECK_MS * INT64_C(1000000));
	}
	loadgen_sleep_until(generator, generator->result.start_ns);
	generator->result.first_ns = loadgen_now_ns(generator);
	return exchange_messages(generator, transport);
}

/* --- in the I/O thread ----------------------------------------------------------------------- */

/* Sends the message back, without the lock. */
static int process(const struct io_thread *thread, const struct transport_message *message,
	int64_t now_ns, struct error *error)
{
	(void)now_ns;
	lockmodel_begin_blocking(thread->lock);
	int result = thread->transport->type->answer(thread->transport, message);
	lockmodel_end_blocking(thread->lock);
	return result ? error_system(error, result, "could not answer a message") : 0;
}

/* --- the result ------------------------------------------------------------------------------ */

static int sum_up(struct io_region_result *result, const struct loadgen *generator,
	struct arrivals *arrivals, struct error *error)
{
	const struct loadgen_result *generated = loadgen_result(generator);
	(void)arrivals;
	(void)error;
	int64_t span_ns = generated->last_ns - generated->first_ns;
	result->messages = generated->sent;
	result->packets = generated->answered;
	result->lost = generated->lost;
	result->duplicated = generated->duplicated;
	if (span_ns > 0) {
		result->packets_per_s = (double)generated->answered * 1e9 / (double)span_ns;
	}
	return result->packets_per_s > 0 ? 0 : -ENODATA;
}

const struct io_loop closed_loop = {
	.two_way = true,
	.outcome = "was answered",
	.plan = plan,
	.generate = generate,
	.process = process,
	.sum_up = sum_up,
};
