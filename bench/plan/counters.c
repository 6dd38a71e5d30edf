/* See counters.h. */
#include "counters.h"

#include <errno.h>
#include <stdlib.h>

int counters_add(struct counters *counters, const char *name, double value)
{
	if (counters->count == counters->room) {
		size_t room = counters->room ? 2 * counters->room : 16;
		struct counter *list = reallocarray(counters->list, room, sizeof(*list));
		if (!list) {
			return -ENOMEM;
		}
		counters->list = list;
		counters->room = room;
	}
	counters->list[counters->count++] = (struct counter){ name, value };
	return 0;
}

void counters_finish(struct counters *counters)
{
	free(counters->list);
	*counters = (struct counters){ 0 };
}
