/* The context of a result: facts about the machine, the build and the run. */
#pragma once

#include "request.h"

/* Adds the facts to Google Benchmark's context. A key set by the user is left as it is. */
void context_add(const struct request *request);
