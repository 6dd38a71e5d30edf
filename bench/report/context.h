/* The context of a result: facts about the machine, the build and the run. */
#pragma once

#include "request.h"

/*
 * Adds a pair to Google Benchmark's context. Fills `error` if --benchmark_context has set the key:
 * what gilbench says of a run must not be replaced, except for the name of the machine.
 */
void context_put(const char *key, const char *value, struct error *error);

/* Adds the facts, in the same way. */
void context_add(const struct request *request, struct error *error);
