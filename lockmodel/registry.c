/* See registry.h. */
#include "registry.h"

#define ADDRESS(name) &model_##name,
static const struct lockmodel *const models[] = { LOCKMODEL_REGISTRY(ADDRESS) };

const struct lockmodel *registry_model(size_t index)
{
	return index < sizeof(models) / sizeof(models[0]) ? models[index] : NULL;
}

const struct spec_form *lockmodel_form(size_t index)
{
	const struct lockmodel *model = registry_model(index);
	return model ? &model->form : NULL;
}
