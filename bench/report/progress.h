/*
 * Progress: how far the run is and how long it will go on, and a warning if it will take much longer
 * than planned.
 *
 * On a terminal it is one line that is rewritten in place. The terminal is standard error, or the one
 * that the environment variable GILBENCH_TERMINAL names, which a wrapper sets that collects the
 * output. Without a terminal nothing is shown, unless GILBENCH_PROGRESS is "lines": then standard
 * error gets a line every PROGRESS_INTERVAL_NS, to be read in a log or through a pipe.
 */
#pragma once

#include "estimate.h"

#include <stdio.h>

#define PROGRESS_INTERVAL_NS INT64_C(10000000000)

struct progress {
	const struct plan *plan;
	int runs;       /* that the plan's samples are divided into; 0: 1 */
	bool quiet;     /* no line and no warning */
	FILE *terminal; /* NULL: none */
	bool lines;     /* on standard error */
	int64_t began_ns;
	int64_t last_ns;           /* when the last sample ended */
	int64_t line_ns;           /* when the last line was printed */
	const struct row *slowest; /* of the first round */
	int64_t slowest_ns;
	struct estimate estimate;
};

/* Begins with the calibration. `plan`, `runs` and `quiet` are set, and samples have been selected. */
void progress_begin(struct progress *progress);

/*
 * After each sample of `row`, the number `done` of `all` samples of all runs; a schedule's
 * progress(). `context` is the struct progress.
 */
void progress_show(void *context, const struct row *row, size_t done, size_t all);

/*
 * True if a run that was planned to take `planned_s` seconds, and will take `left_s` more, is worth
 * a warning: twice as long, and at least 10 s longer.
 */
bool progress_is_late(double planned_s, double left_s);

/* Removes the line and closes the terminal. */
void progress_end(struct progress *progress);
