/* The registry of lock models, in the order in which they are listed: simplest first. */
#include "registry.h"

static const struct lockmodel *const models[] = {
	&model_none,
	&model_mutex,
	&model_cpython2,
	&model_cpython3,
};

const struct lockmodel *registry_model(size_t index)
{
	return index < sizeof(models) / sizeof(models[0]) ? models[index] : NULL;
}

const struct spec_form *lockmodel_form(size_t index)
{
	const struct lockmodel *model = registry_model(index);
	return model ? &model->form : NULL;
}
