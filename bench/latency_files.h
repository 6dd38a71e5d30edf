/*
 * Latency files: beside a result FILE.json, the folder FILE.hgrm with the distribution of each
 * row's latencies, all samples together, as a percentile file (latency.h).
 *
 * A file is named after its row: the values of mode, lock and runtime, then the other parts from
 * `workers` on as key-value, joined by `_`, as in gil_cpython3_workers-1.hgrm. The kernel comes
 * first where it is not the first one of the plan's.
 */
#pragma once

#include "plan.h"

/*
 * Writes them for the rows that have latencies; the result is in the file `out`. Percentile files
 * of an earlier run that this one has no row for are removed. 0, or a negative errno value with
 * `error`; each file that is there then is whole.
 */
int latency_write_all(const struct plan *plan, const char *out, struct error *error);
