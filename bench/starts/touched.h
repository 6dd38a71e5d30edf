/*
 * Touched memory: a mapping of which every page is there, as small or as huge pages, so that fork()
 * has to copy the page tables for it.
 */
#pragma once

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much, and of which pages. */
struct touched {
	int64_t bytes;
	bool huge; /* transparent huge pages, asked for by madvise(); otherwise small pages */
};

/* All zero is none. */
struct touched_memory {
	void *mapping;
	size_t size;
	double huge_part; /* of the bytes that are there, those in huge pages; 0 to 1 */
};

/*
 * Maps and touches it. Returns 0; or a negative errno value with `error`: -ENOMEM if the machine
 * lacks the memory, -ENOTSUP if it gives no huge pages.
 */
int touched_init(struct touched_memory *memory, const struct touched *wanted, struct error *error);
void touched_finish(struct touched_memory *memory);
