/* The registry of experiments; the first is the default. */
#include "experiment.h"
#include "experiments/experiments.h"

static const struct experiment *const experiments[] = {
	&experiment_times,
	&experiment_primitives,
};

const struct experiment *experiment_at(size_t index)
{
	return index < sizeof(experiments) / sizeof(experiments[0]) ? experiments[index] : NULL;
}

const struct spec_form *experiment_form(size_t index)
{
	const struct experiment *experiment = experiment_at(index);
	return experiment ? &experiment->form : NULL;
}
