/*
 * The process of a run: the program started again by run_process.h, which measures what its order
 * says and sends each sample as it is taken.
 */
#pragma once

#include "schedule.h"

/*
 * Measures a run. `schedule` has everything but `seed`, `taken` and `context`; its plan has room for
 * one run, and its rows are selected. The order is read from standard input, and records are written
 * to standard output, which is /dev/null afterwards. Returns 0, or a negative errno value with
 * `error`, which the parent has been told.
 */
int run_child(const struct schedule *schedule, struct error *error);
