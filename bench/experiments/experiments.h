/* The experiments there are; each is defined in the file of its name. */
#pragma once

#include "experiment.h"

extern const struct experiment experiment_times;
extern const struct experiment experiment_primitives;
