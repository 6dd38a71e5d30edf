/* The part of placement.h that writes the pin map. */
#include "placement.h"

#include <stdio.h>
#include <string.h>

/* How many workers from `first` on form one entry of the map: a range of PUs, or one worker. */
static int count_entry(const struct placement *placement, int first, int workers)
{
	enum { SHORTEST_RANGE = 3 };
	int count = 1;
	int pu = placement_pu(placement, first);
	while (first + count < workers && placement_pu(placement, first + count) == pu + count) {
		count++;
	}
	return count < SHORTEST_RANGE ? 1 : count;
}

/* Writes an entry of `count` workers from `first` on. Returns its length. */
static size_t print_entry(
	const struct placement *placement, int first, int count, char *text, size_t size)
{
	const char *comma = first ? "," : "";
	int pu = placement_pu(placement, first);
	if (count > 1) {
		return (size_t)snprintf(text, size, "%s%d-%d", comma, pu, pu + count - 1);
	}
	return (size_t)snprintf(text, size, "%s%d", comma, pu);
}

void placement_describe(const struct placement *placement, int workers, char *text, size_t size)
{
	static const char more[] = ",...";
	char entry[64];
	if (placement_pu(placement, 0) == PLACEMENT_ANYWHERE) {
		snprintf(text, size, "unbound");
		return;
	}
	size_t start = (size_t)snprintf(text, size, "pu ");
	size_t used = start;
	size_t cut = start; /* the end of the last entry that leaves room for `more` */
	for (int i = 0, count; i < workers && used < size; i += count) {
		count = count_entry(placement, i, workers);
		size_t length = print_entry(placement, i, count, entry, sizeof(entry));
		if (used + length >= size) {
			snprintf(text + cut, size - cut, "%s", cut == start ? more + 1 : more);
			return;
		}
		memcpy(text + used, entry, length + 1);
		used += length;
		cut = used + strlen(more) < size ? used : cut;
	}
}
