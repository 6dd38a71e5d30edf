/* See moment.h. */
#include "moment.h"

#include "clock.h"
#include "processor.h"

static bool read_overheated(const char *root, const struct placement *placement, long *sum)
{
	bool found = false;
	*sum = 0;
	for (int i = 0; i < placement_places(placement); i++) {
		long times;
		found |= processor_overheated(root, placement_place_pu(placement, i), &times);
		*sum += times;
	}
	return found;
}

void moment_read(struct moment *moment, const char *root, const struct placement *placement)
{
	*moment = (struct moment){
		.now_ns = clock_now_ns(),
		.own_ns = cpu_time_own_ns(),
	};
	moment->has_time = cpu_time_read(root, placement, &moment->time);
	moment->has_throttled = quota_read_throttled(root, &moment->throttled);
	moment->has_overheated = read_overheated(root, placement, &moment->overheated);
}
