/*
 * bandwidth: how many packets a second a thread answers, beside threads that compute.
 *
 * Another process sends it a datagram over the loopback, waits for the echo, and sends the next
 * one. The thread gives the lock up for each reading and each writing, and has to get it back both
 * times.
 */
#include "beside_rows.h"
#include "experiments.h"

static int plan_bandwidth(
	struct plan *plan, const struct experiment_setting *setting, struct error *error)
{
	return beside_rows_plan(plan, setting, BESIDE_BANDWIDTH, error);
}

const struct experiment experiment_bandwidth = {
	.form = {
		.name = "bandwidth",
		.summary = "packets answered by a thread beside those that compute",
	},
	.idle_rows = true,
	.plan = plan_bandwidth,
};
