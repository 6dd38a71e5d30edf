/* See workers.h. */
#include "workers.h"

#include "clock.h"

#include <string.h>

/* A reading of the clock takes up to 100 ns, as long as several small messages. */
enum { BATCH_BYTES = 1 << 20, BATCH_MAX = 256 };

struct phase {
	bool warm;
	size_t batch; /* messages between two readings of the clock */
	int64_t until_ns;
};

static bool answers_all(const struct exchange *exchange)
{
	return exchange->job->op != EXCHANGE_STREAM;
}

/* --- the leader ------------------------------------------------------------------------------- */

static int exchange_one(
	struct exchange *exchange, uint64_t sequence, bool flagged, bool warm, struct error *error)
{
	const struct record *records;
	bool answer_flagged;
	int result = lane_send(&exchange->there, sequence, flagged, error);
	if (result || !(flagged || answers_all(exchange))) {
		return result;
	}
	result = lane_receive(&exchange->back, sequence, &records, error);
	if (!result) {
		result = lane_check(&exchange->back, records, sequence, &answer_flagged, error);
	}
	if (!result && warm) {
		result = lane_check_whole(&exchange->back, records, sequence, error);
	}
	if (!result) {
		lane_release(&exchange->back);
	}
	return result;
}

static int lead_phase(struct exchange *exchange, const struct phase *phase, uint64_t *sequence,
	struct error *error)
{
	int result = 0;
	do {
		for (size_t i = 0; !result && i < phase->batch; i++) {
			result = exchange_one(exchange, (*sequence)++, false, phase->warm, error);
		}
	} while (!result && clock_now_ns() < phase->until_ns);
	return result ? result : exchange_one(exchange, (*sequence)++, true, phase->warm, error);
}

/* Every buffer of either direction is written and read at least once. */
static size_t warm_messages(const struct lane *lane)
{
	size_t room = channel_room(lane->bytes);
	return lane->buffer_count > room ? lane->buffer_count : room;
}

size_t workers_batch(size_t size)
{
	size_t batch = BATCH_BYTES / size;
	return batch > BATCH_MAX ? BATCH_MAX : batch > 0 ? batch : 1;
}

int workers_lead(struct exchange *exchange, struct error *error)
{
	const struct exchange_job *job = exchange->job;
	const struct phase warm_up = { true, warm_messages(&exchange->there), 0 };
	uint64_t sequence = 0;
	int result = lead_phase(exchange, &warm_up, &sequence, error);
	if (result) {
		return result;
	}
	uint64_t first = sequence;
	int64_t start_ns = clock_now_ns();
	const struct phase timed = { false, workers_batch(job->size), start_ns + job->window_ns };
	result = lead_phase(exchange, &timed, &sequence, error);
	int64_t taken_ns = clock_now_ns() - start_ns;
	exchange->result->messages = sequence - first;
	exchange->result->bytes = exchange->there.bytes;
	if (job->op != EXCHANGE_COPY) {
		exchange->result->message_s = (double)taken_ns / 1e9 / (double)(sequence - first);
	}
	return result;
}

/* --- the partner ------------------------------------------------------------------------------ */

/* Copies the message, which is not in this processor's cache yet, and returns the copy. */
static const struct record *copy(struct exchange *exchange, const struct record *records, bool warm)
{
	int64_t start_ns = clock_now_ns();
	memcpy(exchange->copy, records, exchange->job->size);
	__asm__ volatile("" : : "r"(exchange->copy) : "memory");
	exchange->copying_ns += warm ? 0 : clock_now_ns() - start_ns;
	return (const struct record *)exchange->copy;
}

static int take_one(struct exchange *exchange, uint64_t sequence, bool warm,
	const struct record **records, bool *flagged, struct error *error)
{
	int result = lane_receive(&exchange->there, sequence, records, error);
	if (!result && exchange->job->op == EXCHANGE_COPY) {
		*records = copy(exchange, *records, warm);
	}
	return result ? result : lane_check(&exchange->there, *records, sequence, flagged, error);
}

/*
 * In the warm-up the whole message is checked before it is answered; of the timed messages only the
 * flagged one, after its answer, so that this does not count.
 */
static int answer_one(
	struct exchange *exchange, uint64_t sequence, bool warm, bool *flagged, struct error *error)
{
	const struct record *records;
	int result = take_one(exchange, sequence, warm, &records, flagged, error);
	if (!result && warm) {
		result = lane_check_whole(&exchange->there, records, sequence, error);
	}
	if (!result && (*flagged || answers_all(exchange))) {
		result = lane_send(&exchange->back, sequence, *flagged, error);
	}
	if (!result && !warm && *flagged) {
		result = lane_check_whole(&exchange->there, records, sequence, error);
	}
	if (!result) {
		lane_release(&exchange->there);
	}
	return result;
}

static int answer_phase(
	struct exchange *exchange, bool warm, uint64_t *sequence, struct error *error)
{
	bool flagged = false;
	int result = 0;
	while (!result && !flagged) {
		result = answer_one(exchange, (*sequence)++, warm, &flagged, error);
	}
	return result;
}

int workers_answer(struct exchange *exchange, struct error *error)
{
	uint64_t sequence = 0;
	int result = answer_phase(exchange, true, &sequence, error);
	uint64_t first = sequence;
	result = result ? result : answer_phase(exchange, false, &sequence, error);
	if (!result && exchange->job->op == EXCHANGE_COPY) {
		exchange->result->message_s =
			(double)exchange->copying_ns / 1e9 / (double)(sequence - first);
	}
	return result;
}
