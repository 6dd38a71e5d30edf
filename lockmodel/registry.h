/* The registry of lock models. Each is defined in models/NAME.c. */
#pragma once

#include "model.h"

/* One line per model, in the order of --list, simplest first. */
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

/* Returns the model with this index, or NULL past the last. */
const struct lockmodel *registry_model(size_t index);
