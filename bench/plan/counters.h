/*
 * Counters: named numbers that a sample has beside its value. The list grows as needed.
 */
#pragma once

#include <stddef.h>

struct counter {
	const char *name; /* not copied: a literal, or as long-lived as the list */
	double value;
};

/* All zero is an empty list. */
struct counters {
	struct counter *list;
	size_t count;
	size_t room;
};

/* Appends a counter. Returns 0 or -ENOMEM, after which the list is as before. */
int counters_add(struct counters *counters, const char *name, double value);

/* Frees the list and leaves it empty. */
void counters_finish(struct counters *counters);
