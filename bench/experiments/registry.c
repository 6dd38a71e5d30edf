/* The experiments, by number; registry.h lists them. */
#include "registry.h"

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

int experiment_plan_all(struct plan *plan, const struct request *request, struct error *error)
{
	int result = 0;
	for (size_t i = 0; !result && i < request->experiments.count; i++) {
		const struct spec *self = &request->experiments.specs[i];
		result = experiment_at(self->index)->plan(plan, request, self, error);
	}
	return result;
}
