/*
 * The report: hands the samples of a plan to Google Benchmark, which repeats, tabulates and writes
 * them.
 *
 * Google Benchmark calls each row in two passes. In the selection pass, before anything is measured,
 * a row only counts how many samples are wanted of it, so that --benchmark_filter and its kin work.
 * In the run, each call reports one sample as manual time.
 */
#pragma once

#include "plan.h"
#include "quantity.h"

/* The counters that the rows of every experiment may have; a NULL name ends them. */
extern const struct quantity report_counters[];

/*
 * Registers the plan's rows, which must stay where they are from now on. Returns 0 or a negative
 * errno value.
 */
int report_register(struct plan *plan);

/*
 * Registers the rows anew after fewer runs than the plan has room for: their samples are those of the
 * first `runs` runs. Returns 0 or a negative errno value.
 */
int report_shorten(struct plan *plan, int runs);

/* Lets a further gbench_run() report the same samples again. */
void report_again(struct plan *plan);

/*
 * The selection pass: fills `wanted` of each row. Returns 0, or a negative errno value: -ENOENT if
 * the flags select no row, -E2BIG if they want more samples of a row than it can have.
 */
int report_select(struct plan *plan);
