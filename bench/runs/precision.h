/*
 * Precision: how far the interval of the score reaches, and whether that is near enough to stop.
 *
 * The score of a run is the mean, over the rows of gilbench's own kernel under the locks cpython2 and
 * cpython3 with 2 and 4 threads, of the logarithm of the time per unit; of several samples the median
 * counts. Its interval is that of Student's t over the runs. It is looked at after 5, 8 and 12 runs only,
 * and at a level of 1 - 0.05/3 each time, so that the one at which the measurement stops holds with 95 %
 * (looking after every run, and stopping at the first that looks good, would not).
 */
#pragma once

#include "plan.h"

enum { PRECISION_RUNS_MAX = 12 };

/* True if the plan has rows for a score. */
bool precision_has_score(const struct plan *plan);

/*
 * How far the interval of the score of the first `runs` runs reaches, as a part of 1: 0.02 is +-2 %.
 * `runs` is 5, 8 or 12. Infinity after another number, and if a row has no good sample in one of them.
 */
double precision_of(const struct plan *plan, int runs);
