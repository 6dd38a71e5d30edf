/* See pairs.h. */
#include "pairs.h"

#include <string.h>

const char pairs_kernel[] = "countdown";

/*
 * 20 quanta show what a lock does; two more, since a region may turn out shorter than it was to be.
 */
enum { QUANTA_MIN = 22 };

/* The fewest samples that still have a median and something on either side. */
enum { SAMPLES_MIN = 5, QUICK_SAMPLES_MIN = 2 };

bool pairs_want(const struct spec *spec)
{
	return strcmp(spec->text, pairs_kernel) == 0;
}

int64_t pairs_region_ns(const struct options *options, int64_t quantum_ns)
{
	int64_t wanted_ns = QUANTA_MIN * quantum_ns;
	bool enough = options->time_given || wanted_ns <= (int64_t)(options->time_s * 1e9);
	return enough ? 0 : wanted_ns;
}

int pairs_samples(const struct options *options, int64_t region_ns)
{
	if (!region_ns || options->samples_given) {
		return options->samples;
	}
	int fitting = (int)(options->samples * options->time_s * 1e9 / (double)region_ns);
	int least = options->quick ? QUICK_SAMPLES_MIN : SAMPLES_MIN;
	least = least < options->samples ? least : options->samples;
	return fitting > least ? fitting : least;
}

struct work *pairs_real_work(struct plan *plan, const struct spec *kernel,
	struct interpreter *interpreter, int64_t region_ns, struct error *error)
{
	struct work wanted = {
		.kernel = kernel_at(kernel->index),
		.spec = *kernel,
		.interpreter = interpreter,
	};
	struct work *calibrated = plan_work(plan, &wanted, error);
	if (!region_ns || !calibrated) {
		return calibrated;
	}
	wanted.calibrated = calibrated;
	wanted.region_ns = region_ns;
	return plan_work(plan, &wanted, error);
}

struct work *pairs_paced_work(
	struct plan *plan, const struct spec *kernel, struct work *real, struct error *error)
{
	struct work wanted = {
		.kernel = kernel_at(kernel->index),
		.spec = *kernel,
		.pace_of = real,
	};
	return plan_work(plan, &wanted, error);
}
