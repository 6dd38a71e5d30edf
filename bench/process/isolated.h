/*
 * Isolated functions: a function runs in a process of its own, and its result returns through shared
 * memory. A crash or a hang costs one call, and no process that it starts is left behind.
 */
#pragma once

#include "supervisor.h"

struct isolated {
	/*
	 * Runs in the process, and fills `result`, which is zeroed shared memory. Returns 0, or a
	 * negative errno value with `error`.
	 */
	int (*run)(void *context, void *result, struct error *error);
	void *context;
	size_t result_size;
	const char *name; /* for messages, as in "the process with the workers" */
};

/*
 * Runs the function and copies its result to `result`, unless that is NULL. Returns 0, or a negative
 * errno value with `error` as supervisor_run() does; then `result` is left as it is.
 */
int isolated_run(const struct isolated *isolated, const struct limits *limits, void *result,
	struct error *error);
