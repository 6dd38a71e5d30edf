/*
 * Send times: when an open loop sends its messages. The gaps between them are exponentially
 * distributed, so that each message comes at a time that does not depend on the others (a Poisson
 * process), and none keeps in step with a lock that switches at regular intervals.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/*
 * Fills `times_ns` with `count` times after the start, in ascending order; the mean gap, also before
 * the first one, is `mean_ns`. The first one is delayed by a further random time below `phase_ns`,
 * if that is not 0. Equal seeds yield equal times.
 */
void send_times_fill(
	int64_t *times_ns, size_t count, int64_t mean_ns, int64_t phase_ns, uint64_t seed);
