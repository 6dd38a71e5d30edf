/* The models there are; each is defined in the file of its name. */
#pragma once

#include "model.h"

/* The registry: one line for each, in the order in which they are listed, simplest first. */
#define LOCKMODEL_REGISTRY(X) \
	X(none) \
	X(mutex) \
	X(cpython2) \
	X(cpython3) \
	X(ruby_waitq) \
	X(ruby_handoff) \
	X(ocaml4) \
	X(pypy)

#define LOCKMODEL_REGISTRY_DECLARE(name) extern const struct lockmodel model_##name;
LOCKMODEL_REGISTRY(LOCKMODEL_REGISTRY_DECLARE)

/* The model number `index`, or NULL past the last. */
const struct lockmodel *registry_model(size_t index);
