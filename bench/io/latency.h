/*
 * Latencies: a list of durations, its percentiles, and its distribution as text, in the format of
 * HdrHistogram's percentile files (.hgrm), which HdrHistogram's plotters read.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* All zero: an empty list. */
struct latency {
	int64_t *ns;
	size_t count;
};

/* Appends `count` latencies, in nanoseconds. Returns 0, or -ENOMEM and appends nothing. */
int latency_add(struct latency *latency, const int64_t *ns, size_t count);

/* Sorts the list in ascending order, as the functions below require. */
void latency_sort(struct latency *latency);

/*
 * The percentile by nearest rank, as HdrHistogram computes it: the smallest latency that at least
 * `per_mille` thousandths of all do not exceed; 1000 yields the maximum. The list must be sorted
 * and not empty.
 */
int64_t latency_percentile(const struct latency *sorted, unsigned per_mille);

/*
 * The percentile file of a list, which must be sorted and not empty: microseconds with three
 * decimals, at five percentiles for each halving of the distance to 100 %. The caller frees it;
 * NULL if out of memory.
 */
char *latency_print(const struct latency *sorted);

/* Empties the list. */
void latency_finish(struct latency *latency);
