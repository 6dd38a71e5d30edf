/* The experiments, by number; the registry itself is in experiments/experiments.h. */
#include "experiment.h"
#include "experiments/experiments.h"

#define ADDRESS(name) &experiment_##name,
static const struct experiment *const experiments[] = { EXPERIMENT_REGISTRY(ADDRESS) };

const struct experiment *experiment_at(size_t index)
{
	return index < sizeof(experiments) / sizeof(experiments[0]) ? experiments[index] : NULL;
}

const struct spec_form *experiment_form(size_t index)
{
	const struct experiment *experiment = experiment_at(index);
	return experiment ? &experiment->form : NULL;
}
