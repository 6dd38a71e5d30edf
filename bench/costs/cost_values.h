/* Values: how long an operation took, measured again and again. */
#pragma once

#include "error.h"

#include <stddef.h>
#include <stdint.h>

enum { COST_VALUES_MAX = 1024 };

/* In nanoseconds. */
struct cost_values {
	size_t count;
	double ns[COST_VALUES_MAX];
};

/* Values above COST_VALUES_MAX are left out. */
void cost_values_add(struct cost_values *values, double ns);

struct cost_summary {
	double median_ns;
	double p10_ns;
	double p90_ns;
	double max_ns;
};

/* Sorts the values, of which there is at least one. Percentiles are by nearest rank. */
struct cost_summary cost_values_summarise(struct cost_values *values);

/*
 * Calls `run` for batches of `count` operations, once to warm up, and adds the mean time of an
 * operation for each other batch.
 */
void cost_values_add_batches(struct cost_values *values, void (*run)(void *context, int count),
	void *context, int count);
