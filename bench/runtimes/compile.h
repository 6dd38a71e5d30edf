/* Compilations: what a compiler makes of one of the programs, in a temporary folder of its own. */
#pragma once

#include "command.h"
#include "language.h"

#include <limits.h>

struct compilation {
	char folder[PATH_MAX];     /* empty if there is none */
	char executable[PATH_MAX]; /* in that folder */
};

/*
 * Compiles the file `source` with `compiler` and the options of `language` in a new folder under
 * $TMPDIR or /tmp. Returns 0, and the caller must call compile_finish(); or a negative errno value
 * with `error`, and no folder is left.
 */
int compile_init(struct compilation *compilation, const struct command *compiler,
	const struct language *language, const char *source, const struct signals *signals,
	struct error *error);

/* Removes the folder. Does nothing if `compilation` is all zeros or has failed. */
void compile_finish(struct compilation *compilation);
