/*
 * The report: hands the samples of a plan to Google Benchmark, which does the bookkeeping.
 *
 * Google Benchmark runs each row twice over. At the roll call, before anything is measured, a row
 * only learns how many samples are wanted of it (so --benchmark_filter and its kin just work); at
 * the run each call reports one sample as manual time.
 */
#pragma once

#include "plan.h"

/* Rows have to stay where they are from here on. 0, or a negative errno value. */
int report_register(struct plan *plan);

/*
 * Finds out which samples are wanted: fills `wanted` of each row. 0, or a negative errno value:
 * -ENOENT if no row is, -E2BIG if more are of a row than the plan has.
 */
int report_call_roll(struct plan *plan);
