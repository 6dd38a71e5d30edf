/* The experiments there are; each is defined in the file of its name. */
#pragma once

#include "experiment.h"

/* The registry: one line for each; the first is the default. */
#define EXPERIMENT_REGISTRY(X) \
	X(times) \
	X(convoy) \
	X(bandwidth) \
	X(primitives) \
	X(start) \
	X(pool) \
	X(order) \
	X(cancel) \
	X(pipeline) \
	X(machine) \
	X(transport)

#define EXPERIMENT_REGISTRY_DECLARE(name) extern const struct experiment experiment_##name;
EXPERIMENT_REGISTRY(EXPERIMENT_REGISTRY_DECLARE)
