/* See cost_values.h. */
#include "cost_values.h"

#include "clock.h"
#include "median.h"

/* Enough for a median that a few interrupts do not move. */
enum { BATCHES = 25 };

void cost_values_add(struct cost_values *values, double ns)
{
	if (values->count < COST_VALUES_MAX) {
		values->ns[values->count++] = ns;
	}
}

/* Of sorted values. */
static double percentile(const struct cost_values *values, size_t percent)
{
	return values->ns[(values->count * percent + 99) / 100 - 1];
}

struct cost_summary cost_values_summarise(struct cost_values *values)
{
	double median = median_of(values->ns, values->count);
	return (struct cost_summary){
		.median_ns = median,
		.p10_ns = percentile(values, 10),
		.p90_ns = percentile(values, 90),
		.max_ns = values->ns[values->count - 1],
	};
}

void cost_values_add_batches(
	struct cost_values *values, void (*run)(void *context, int count), void *context, int count)
{
	run(context, count);
	for (int i = 0; i < BATCHES; i++) {
		int64_t start_ns = clock_now_ns();
		run(context, count);
		cost_values_add(values, (double)(clock_now_ns() - start_ns) / count);
	}
}
