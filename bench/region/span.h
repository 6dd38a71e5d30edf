/*
 * Spans: the times at which a worker started and ended its work, and the units it did in between.
 */
#pragma once

#include "lockmodel.h"

#include <stdint.h>

/* Workers write their spans concurrently, so each span has a cache line of its own. */
struct span {
	_Alignas(LOCKMODEL_CACHE_LINE) int64_t start_ns;
	int64_t end_ns;
	uint64_t units;
};

/* The sum of several spans; all zero: the sum of none. */
struct span_sum {
	int count;
	int64_t first_start_ns;
	int64_t last_start_ns;
	int64_t last_end_ns;
	uint64_t units;
};

void span_add(struct span_sum *sum, const struct span *span);

/* From the first start to the last end; 0 for no spans. */
int64_t span_wall_ns(const struct span_sum *sum);

/* From the first start to the last start; 0 for no spans. */
int64_t span_skew_ns(const struct span_sum *sum);

/* Units per second of wall time; 0 if the wall time is 0. */
double span_rate(const struct span_sum *sum);
