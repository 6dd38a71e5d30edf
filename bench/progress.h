/*
 * A line on a terminal that says how far a long run has come.
 *
 * It goes to standard error if that is a terminal. Under a program that collects the output, as
 * Meson does, it goes to the terminal that the environment names in GILBENCH_TERMINAL (see
 * scripts/bench). Otherwise there is none.
 */
#pragma once

#include "plan.h"

#include <stdio.h>

struct progress {
	int64_t began_ns;
	FILE *terminal; /* NULL: none */
};

void progress_begin(struct progress *progress);

/* A schedule's progress(); `context` is the struct progress. */
void progress_show(void *context, const struct row *row, size_t done, size_t all);

/* Removes the line. */
void progress_end(struct progress *progress);
