/* What a result has to say about the machine, the build and the run: its context. */
#pragma once

#include "options.h"
#include "placement.h"

/* Adds the facts to Google Benchmark's context; those that the system does not tell are left out. */
void machine_add_context(const struct options *options, const struct placement *placement);
