/*
 * convoy: how long a thread that receives a message waits for the lock, beside CPU-bound threads.
 *
 * Another process sends the messages at random times and never waits for the receiver (an open
 * loop). The receiver waits for a message without the lock. The latency of a message is the time
 * from the moment at which it was due to be sent to the moment at which the receiver holds the lock
 * again.
 */
#include "io_rows.h"
#include "registry.h"

#include <errno.h>

enum { EVERY, OVER };

/*
 * The load generator's own lateness is part of every latency. It matters first at the high
 * percentiles of short latencies, so these are what it is compared with.
 */
static bool sent_late(const struct io_region_result *result, int64_t p99_ns)
{
	return result->late_p99_ns > p99_ns / 10;
}

/*
 * A sample has far too few messages for its 99.9th percentile, and its 99th is hardly known;
 * readers of the results compute these from the messages of all samples (latency_print_sample()).
 */
static int count_percentiles(struct sample *sample)
{
	static const struct {
		const char *name;
		unsigned per_mille;
	} percentiles[] = { { "p50_s", 500 }, { "p90_s", 900 }, { "p99_s", 990 },
		{ "max_s", 1000 } };
	int result = 0;
	for (size_t i = 0; !result && i < sizeof(percentiles) / sizeof(percentiles[0]); i++) {
		result = io_rows_count_ns(sample, percentiles[i].name,
			latency_percentile(&sample->latencies, percentiles[i].per_mille));
	}
	return result;
}

/* The unread messages, and from which value on a percentile is only a lower bound. */
static int count_censored(struct sample *sample)
{
	const struct latency *all = &sample->latencies;
	int result = counters_add(&sample->counters, "unread", (double)all->censored);
	return result || !all->censored
		       ? result
		       : io_rows_count_ns(sample, "censored_from_s", all->censored_from_ns);
}

static int count(struct sample *sample, const struct io_region_result *result)
{
	struct counters *counters = &sample->counters;
	int64_t p50_ns = latency_percentile(&sample->latencies, 500);
	bool late = sent_late(result, latency_percentile(&sample->latencies, 990));
	sample->seconds = (double)p50_ns / 1e9;
	if (late) {
		sample_mark(sample, "p99 sent late");
	}
	if (result->unread) {
		sample_mark(sample, "overrun");
	}
	bool failed = count_percentiles(sample) || count_censored(sample) ||
		      io_rows_count_ns(sample, "late_p50_s", result->late_p50_ns) ||
		      io_rows_count_ns(sample, "late_p99_s", result->late_p99_ns) ||
		      io_rows_count_ns(sample, "late_max_s", result->late_max_ns) ||
		      counters_add(counters, "sent_late", late) ||
		      counters_add(counters, "messages", (double)result->messages);
	return failed ? -ENOMEM : 0;
}

/* A few turns of the threads that compute. */
static int64_t wanted_ns(int64_t quantum_ns, int workers)
{
	return workers > 0 ? 5 * quantum_ns : 0;
}

static int plan_convoy(struct plan *plan, const struct request *request, const struct spec *self,
	struct error *error)
{
	const struct io_rows rows = {
		.experiment = &experiment_convoy,
		.job = {
			.kind = IO_OPEN_LOOP,
			.task = experiment_convoy.form.name,
			.over = transport_at((size_t)self->values[OVER]),
			.every_ns = self->values[EVERY],
		},
		.count = count,
		.wanted_ns = wanted_ns,
		/* With 50 messages in each of 20 samples, ten are above the p99. */
		.least_ns = 500 * INT64_C(1000000),
	};
	return io_rows_plan(plan, request, self, &rows, error);
}

static const struct quantity counters[] = {
	{ "p50_s", "s", QUANTITY_LOWER },
	{ "p90_s", "s", QUANTITY_LOWER },
	{ "p99_s", "s", QUANTITY_LOWER },
	{ "max_s", "s", QUANTITY_LOWER },
	{ "late_p50_s", "s", QUANTITY_NEITHER },
	{ "late_p99_s", "s", QUANTITY_NEITHER },
	{ "late_max_s", "s", QUANTITY_NEITHER },
	{ "sent_late", "1", QUANTITY_NEITHER },
	{ "messages", "1", QUANTITY_NEITHER },
	{ "unread", "1", QUANTITY_LOWER },
	{ "censored_from_s", "s", QUANTITY_NEITHER },
	IO_ROWS_COUNTERS,
	{ 0 },
};

static const struct quantity distribution = { "latency", "s", QUANTITY_LOWER };

const struct experiment experiment_convoy = {
	.form = {
		.name = "convoy",
		.summary = "latency of messages to an I/O thread beside CPU-bound threads",
		.params = {
			[EVERY] = {
				.name = "every",
				.summary = "mean time from one message to the next",
				.kind = SPEC_DURATION,
				.initial = 10000000,
				.min = 10000,
				.max = INT64_C(10000000000),
			},
			[OVER] = {
				.name = "over",
				.summary = "what the messages are sent over",
				.kind = SPEC_CHOICE,
				.words = transport_words,
			},
		},
	},
	.example = "gilbench convoy:every=2ms --lock=cpython3",
	.example_shows = "an I/O thread beside 0 to 4 others",
	.value = { "p50_s", "s", QUANTITY_LOWER },
	.counters = counters,
	.distribution = &distribution,
	.grid = IO_ROWS_GRID,
	.plan = plan_convoy,
};
