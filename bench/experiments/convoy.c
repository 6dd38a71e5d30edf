/*
 * convoy: how long a thread that gets a message waits for the lock, beside threads that compute.
 *
 * Another process sends it messages on a fixed schedule, every 10 ms unless told otherwise, and
 * waits for nobody. A message's latency counts from the moment at which it was to be sent to the
 * moment at which the thread, having waited for it without the lock, has the lock again.
 */
#include "beside_rows.h"
#include "experiments.h"

static int plan_convoy(
	struct plan *plan, const struct experiment_setting *setting, struct error *error)
{
	return beside_rows_plan(plan, setting, BESIDE_CONVOY, error);
}

const struct experiment experiment_convoy = {
	.form = {
		.name = "convoy",
		.summary = "latency of a thread that gets messages, beside those that compute",
	},
	.idle_rows = true,
	.plan = plan_convoy,
};
