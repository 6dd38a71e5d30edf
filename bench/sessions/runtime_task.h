/*
 * Tasks of real interpreters: an experiment that the interpreter's program runs by itself, and of
 * which it reports named numbers. Part of version 2 of the protocol, programs/README.md.
 */
#pragma once

#include "interpreter.h"
#include "region.h"

struct runtime_task {
	const struct interpreter *interpreter;
	/* EXPERIMENT and its words, ended by NULL. */
	const char *const *arguments;
	const struct placement *placement;
	int workers; /* that it announces, so that they are bound; 0: it announces none */
};

enum { RUNTIME_VALUE_NAME_MAX = 32, RUNTIME_VALUES_MAX = 8192 };

/* A number that it reported. A name may occur several times. */
struct runtime_value {
	char name[RUNTIME_VALUE_NAME_MAX];
	int64_t number;
};

struct runtime_values {
	size_t count;
	struct runtime_value list[];
};

/*
 * Runs the task. Returns 0, fills `region` as program_run() does, and `values` becomes a list that
 * the caller frees; or a negative errno value with `error` as of region_run().
 */
int runtime_task_run(const struct runtime_task *task, const struct limits *limits,
	struct region_result *region, struct runtime_values **values, struct error *error);

/*
 * The only value of that name. Returns 0; or -EBADMSG with `error`, which names the interpreter, if
 * it was not reported, or more than once.
 */
int runtime_values_get(const struct runtime_values *values, const struct runtime_task *task,
	const char *name, int64_t *number, struct error *error);
