/* See send_times.h. */
#include "send_times.h"

#include "random.h"

#include <math.h>

/* Uniformly distributed, greater than 0, at most 1. */
static double random_part(uint64_t *state)
{
	return ((double)(random_next(state) >> 11) + 1) * 0x1p-53;
}

void send_times_fill(
	int64_t *times_ns, size_t count, int64_t mean_ns, int64_t phase_ns, uint64_t seed)
{
	double time_ns = (double)phase_ns * (1 - random_part(&seed));
	for (size_t i = 0; i < count; i++) {
		time_ns -= (double)mean_ns * log(random_part(&seed));
		times_ns[i] = (int64_t)time_ns;
	}
}
