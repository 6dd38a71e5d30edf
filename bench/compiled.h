/* Compiled programs: what a compiler makes of an interpreter's program, in a folder of its own. */
#pragma once

#include "command.h"
#include "language.h"

#include <limits.h>

struct compiled {
	char folder[PATH_MAX];  /* empty: there is nothing */
	char program[PATH_MAX]; /* what can be run */
};

/*
 * Has `compiler` compile the file `source`, with the options of `language`, in a new folder under
 * $TMPDIR, or else /tmp. 0, for compiled_remove(), which is due after an error, too; or a negative
 * errno value with `error`.
 */
int compiled_make(struct compiled *compiled, const struct command *compiler,
	const struct language *language, const char *source, const struct signals *signals,
	struct error *error);

/* Removes the folder, if there is one. */
void compiled_remove(struct compiled *compiled);
