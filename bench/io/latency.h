/*
 * Latencies: a list of durations, its percentiles, and its distribution as text, in the format of
 * HdrHistogram's percentile files (.hgrm), which HdrHistogram's plotters read.
 *
 * Some may be censored: the message was not read as long as it was observed, so all that is known
 * is a lower bound of its latency. The list then holds this bound. A percentile that is less than
 * every bound is exact, since all the messages behind the bounds took longer; any other is itself
 * only a lower bound.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* All zero: an empty list. */
struct latency {
	int64_t *ns;
	size_t count;
	size_t censored;          /* of these */
	int64_t censored_from_ns; /* the smallest bound; 0 if nothing is censored */
};

/* Appends `count` latencies, in nanoseconds. Returns 0, or -ENOMEM and appends nothing. */
int latency_add(struct latency *latency, const int64_t *ns, size_t count);

/* Appends a latency of which only a lower bound is known. Returns as latency_add() does. */
int latency_add_censored(struct latency *latency, int64_t bound_ns);

/* Appends all that another list has. Returns as latency_add() does. */
int latency_merge(struct latency *latency, const struct latency *other);

/* Sorts the list in ascending order, as the functions below require. */
void latency_sort(struct latency *latency);

/*
 * The percentile by nearest rank, as HdrHistogram computes it: the smallest latency that at least
 * `per_mille` thousandths of all do not exceed; 1000 yields the maximum. The list must be sorted
 * and not empty.
 */
int64_t latency_percentile(const struct latency *sorted, unsigned per_mille);

/* Whether a percentile of this value is only a lower bound. */
bool latency_is_bound(const struct latency *latency, int64_t percentile_ns);

/*
 * The percentile file of a list, which must be sorted and not empty: microseconds with three
 * decimals, at five percentiles for each halving of the distance to 100 %. If latencies are
 * censored, a last line tells how many, and the smallest bound. The caller frees it; NULL if out of
 * memory.
 */
char *latency_print(const struct latency *sorted);

enum { LATENCY_VALUES_MAX = 1000 };

/*
 * Prints the latencies of a list, which must be sorted, in microseconds with three decimals, each
 * after a blank: all of them if they are no more than LATENCY_VALUES_MAX, otherwise as many
 * percentiles at equal distances, the last of which is the maximum. Each value stands for as many
 * messages as the others.
 */
void latency_print_values(FILE *file, const struct latency *sorted);

/* Empties the list. */
void latency_finish(struct latency *latency);
