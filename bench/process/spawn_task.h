/*
 * Spawning by name: gilbench executes itself and asks for a function by its name, as a runtime with
 * the start method `spawn` has to. Nothing crosses but the name, words, and open files.
 */
#pragma once

#include "error.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* A function that a process may be spawned for. */
struct spawn_task {
	const char *name; /* NULL ends a list */
	/*
	 * Runs in the process; `words` are the `count` words that were given with the name. Returns
	 * the exit status of the process.
	 */
	int (*run)(int count, char **words);
};

/* The task of that name, or NULL. Searches `list` up to its end. */
const struct spawn_task *spawn_find(const struct spawn_task *list, const char *name);

/* The first argument of a process that was spawned; the name and the words follow. */
#define SPAWN_OPTION "--as-task"

/*
 * Starts this program anew, which runs the task `name` with `words`, a list that NULL ends. Its
 * standard input and output are `input` and `output`, or those of the caller if -1; all other files
 * that are not marked close-on-exec stay open. The name is not checked here: the process refuses one
 * that it does not know, with exit status SPAWN_UNKNOWN. Returns the process, a child of the caller
 * for waitpid(), or a negative errno value with `error`.
 */
pid_t spawn_start(
	const char *name, const char *const *words, int input, int output, struct error *error);

enum { SPAWN_UNKNOWN = 2 };
