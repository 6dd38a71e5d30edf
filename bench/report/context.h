/* The context of a result: facts about the machine, the build and the run. */
#pragma once

#include "request.h"

/* Adds the facts to Google Benchmark's context. A key set by the user is left as it is. */
void context_add(const struct request *request);

/*
 * Adds how the run was asked for: the command line, and that of the script which started this program,
 * if it is in the environment variable GILBENCH_STARTED_BY. `machine` is a name for the machine, which
 * takes precedence over the host name among the facts if it is added before them; or NULL.
 */
void context_add_origin(const char *machine, const char *command_line);
