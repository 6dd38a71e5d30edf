/* See span.h. */
#include "span.h"

void span_add(struct span_sum *sum, const struct span *span)
{
	if (sum->count == 0) {
		sum->first_start_ns = span->start_ns;
		sum->last_start_ns = span->start_ns;
		sum->last_end_ns = span->end_ns;
	}
	sum->count++;
	sum->units += span->units;
	if (span->start_ns < sum->first_start_ns) {
		sum->first_start_ns = span->start_ns;
	}
	if (span->start_ns > sum->last_start_ns) {
		sum->last_start_ns = span->start_ns;
	}
	if (span->end_ns > sum->last_end_ns) {
		sum->last_end_ns = span->end_ns;
	}
}

int64_t span_wall_ns(const struct span_sum *sum)
{
	return sum->last_end_ns - sum->first_start_ns;
}

int64_t span_skew_ns(const struct span_sum *sum)
{
	return sum->last_start_ns - sum->first_start_ns;
}

double span_rate(const struct span_sum *sum)
{
	int64_t wall_ns = span_wall_ns(sum);
	return wall_ns > 0 ? (double)sum->units * 1e9 / (double)wall_ns : 0;
}
