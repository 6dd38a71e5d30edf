/*
 * bandwidth: how many packets per second an I/O thread answers beside CPU-bound threads.
 *
 * Another process sends a UDP datagram over the loopback, waits for the echo, and sends the next
 * one (a closed loop). The I/O thread gives the lock up for each read and each write, and has to
 * take it again after both.
 */
#include "io_rows.h"
#include "registry.h"

#include <errno.h>

/* In how many packets it does not matter much how many fall into the window by chance. */
enum { FEWEST_PACKETS = 30 };

static int count(struct sample *sample, const struct io_region_result *result)
{
	struct counters *counters = &sample->counters;
	sample->seconds = 1 / result->packets_per_s;
	if (result->packets < FEWEST_PACKETS) {
		sample_mark(sample, "too few packets");
	}
	return counters_add(counters, "packets_per_s", result->packets_per_s) ||
			       counters_add(counters, "packets", (double)result->packets)
		       ? -ENOMEM
		       : 0;
}

/*
 * A packet waits for a quantum of each worker, so this yields the packets wanted, and some more.
 * Longer windows would take more time than most users want to spend; --time is for them.
 */
static int64_t wanted_ns(int64_t quantum_ns, int workers)
{
	static const int64_t most_ns = 1000 * INT64_C(1000000);
	int64_t ns = FEWEST_PACKETS * 6 / 5 * quantum_ns * workers;
	return ns < most_ns ? ns : most_ns;
}

static int plan_bandwidth(struct plan *plan, const struct request *request, const struct spec *self,
	struct error *error)
{
	const struct io_rows rows = {
		.experiment = &experiment_bandwidth,
		.job = { .kind = IO_CLOSED_LOOP, .task = experiment_bandwidth.form.name },
		.count = count,
		.wanted_ns = wanted_ns,
		.measures_alone = true,
	};
	return io_rows_plan(plan, request, self, &rows, error);
}

static const struct quantity counters[] = {
	{ "packets_per_s", "1/s", QUANTITY_HIGHER },
	{ "packets", "1", QUANTITY_NEITHER },
	{ "throughput_kept", "1", QUANTITY_HIGHER },
	IO_ROWS_COUNTERS,
	{ 0 },
};

const struct experiment experiment_bandwidth = {
	.form = {
		.name = "bandwidth",
		.summary = "packets per second that an I/O thread answers beside CPU-bound threads",
	},
	.value = { "packet_s", "s", QUANTITY_LOWER },
	.counters = counters,
	.grid = IO_ROWS_GRID,
	.plan = plan_bandwidth,
};
