/*
 * Progress: a line on the terminal that says how far the run is, and a warning if the run will take
 * much longer than planned.
 *
 * The terminal is standard error, or the one that the environment variable GILBENCH_TERMINAL names,
 * which a wrapper sets that collects the output. Without a terminal there is no line.
 */
#pragma once

#include "plan.h"

#include <stdio.h>

struct progress {
	const struct plan *plan;
	bool quiet;     /* no line and no warning */
	FILE *terminal; /* NULL: none */
	int64_t began_ns;
	int64_t last_ns;           /* when the last sample ended */
	const struct row *slowest; /* of the first round */
	int64_t slowest_ns;
};

/* Begins with the calibration. `plan` and `quiet` are set. */
void progress_begin(struct progress *progress);

/* After each sample; a schedule's progress(). `context` is the struct progress. */
void progress_show(void *context, const struct row *row, size_t done, size_t all);

/*
 * True if a run that was planned to take `planned_s` seconds, and will take `left_s` more, is worth
 * a warning: twice as long, and at least 10 s longer.
 */
bool progress_is_late(double planned_s, double left_s);

/* Removes the line and closes the terminal. */
void progress_end(struct progress *progress);
