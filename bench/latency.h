/*
 * Latencies: a list of times, its percentiles, and its whole distribution as text, in the format of
 * HdrHistogram's percentile files (.hgrm), which its plotters read.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* All zero is an empty list. */
struct latency {
	int64_t *ns;
	size_t count;
};

/* Adds `count` times, in nanoseconds. 0, or -ENOMEM, and then nothing is added. */
int latency_add(struct latency *latency, const int64_t *ns, size_t count);

/* Puts the list in ascending order, as the following functions need it. */
void latency_sort(struct latency *latency);

/*
 * The smallest time of a sorted list, not empty, that at least `per_mille` thousandths of all do
 * not exceed (the nearest rank, as HdrHistogram takes it); 1000 is the longest time.
 */
int64_t latency_percentile(const struct latency *sorted, unsigned per_mille);

/*
 * The percentile file of a sorted list, not empty: microseconds with three decimals, at five points
 * for each halving of the distance to 100 %. For free(); NULL if out of memory.
 */
char *latency_print(const struct latency *sorted);

/* Empties the list. */
void latency_finish(struct latency *latency);
