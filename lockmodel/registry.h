/* The models there are; each is defined in the file of its name. */
#pragma once

#include "model.h"

extern const struct lockmodel model_none;
extern const struct lockmodel model_mutex;
extern const struct lockmodel model_cpython2;
extern const struct lockmodel model_cpython3;

/* The model number `index`, or NULL past the last. */
const struct lockmodel *registry_model(size_t index);
