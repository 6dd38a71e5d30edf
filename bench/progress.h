/* A line on a terminal that says how far a long run has come; nothing elsewhere. */
#pragma once

#include "plan.h"

struct progress {
	int64_t began_ns;
	bool terminal;
};

void progress_begin(struct progress *progress);

/* A schedule's progress(); `context` is the struct progress. */
void progress_show(void *context, const struct row *row, size_t done, size_t all);

/* Removes the line. */
void progress_end(const struct progress *progress);
