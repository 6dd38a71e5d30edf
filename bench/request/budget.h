/*
 * Budgets: how long regions are and how many samples of them are taken, so that a lock's behaviour
 * shows and the run does not take too long.
 *
 * A lock that switches every 50 or 100 ms needs regions of one or two seconds to show what it does.
 * Unless the user sets --time or --samples, such rows get longer regions and fewer samples.
 *
 * The same holds for windows, the times for which messages are sent to an I/O thread. There are
 * many short ones, because messages of one sample resemble each other: the number of samples tells
 * how well a percentile is known, rather than the number of messages.
 */
#pragma once

#include "request.h"

/*
 * The length of a sequential region for a lock with this quantum, in nanoseconds. 0: the run's own
 * --time serves, because it spans enough quanta or because the user has set it.
 */
int64_t budget_region_ns(const struct request *request, int64_t quantum_ns);

/*
 * How many samples of regions of this length fit into the time that the samples of other rows take.
 * `region_ns` is what budget_region_ns() returned.
 */
int budget_samples(const struct request *request, int64_t region_ns);

/*
 * The length of a window, in nanoseconds: that of --time, or `wanted_ns` if that is longer and the
 * user has not set --time.
 */
int64_t budget_window_ns(const struct request *request, int64_t wanted_ns);

enum budget_importance {
	BUDGET_REFERENCE, /* nobody competes for the lock: differs little between samples */
	BUDGET_USUAL,
	BUDGET_JUDGED, /* has percentiles, is compared with a real interpreter, or is one */
};

/* How many samples of windows of this length a run takes: fewer of long ones. */
int budget_window_samples(
	const struct request *request, int64_t window_ns, enum budget_importance importance);
