/* The context of a result: facts about the machine, the build and the run. */
#pragma once

#include "finding.h"
#include "request.h"

/*
 * Adds a pair to Google Benchmark's context. Fills `error` if --benchmark_context has set the key:
 * what gilbench says of a run must not be replaced, except for the name of the machine.
 */
void context_put(const char *key, const char *value, struct error *error);

/* Adds the facts, in the same way. */
void context_add(const struct request *request, struct error *error);

/*
 * Adds the verdict and the findings of conditions/, worst first, when the measurement has ended. That
 * --benchmark_context sets none of their keys was made sure of by context_add().
 */
void context_add_findings(const struct findings *findings);

/* Adds how far the interval of the score reaches (precision.h), likewise, unless it is infinite. */
void context_add_precision(double precision);

/*
 * Adds how the run was asked for: the command line, and that of the script which started this program,
 * if it is in the environment variable GILBENCH_STARTED_BY. `machine` is a name for the machine, which
 * takes precedence over the host name among the facts if it is added before them; or NULL.
 */
void context_add_origin(const char *machine, const char *command_line, struct error *error);
