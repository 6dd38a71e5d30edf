/*
 * Languages: which of the files in programs/ a command can run, and with which options.
 */
#pragma once

#include "error.h"

#include <limits.h>
#include <stdbool.h>

enum { LANGUAGE_WORDS_MAX = 8 };

struct language {
	const char *program; /* the file name; NULL if the command itself is the program */
	/* What stands between the command and the program. */
	const char *options[LANGUAGE_WORDS_MAX];
	/* The command is a compiler; its output is what is run. */
	bool compiled;
};

/*
 * Returns the language of a command that prints `answer` for `--version`, or NULL if it is unknown.
 * Compilers of OCaml print only a version number; `more` is what the command then prints for `-v`.
 */
const struct language *language_find(const char *answer, const char *more);

/* True if `answer` is nothing but a version number, so that -v is needed, too. */
bool language_is_number(const char *answer);

/* The known languages, for messages. */
const char *language_names(void);

/*
 * Finds the file of a program: in $GILBENCH_PROGRAMS if that is set, otherwise where gilbench was
 * built or installed. Returns 0, or -ENOENT with `error` that names the folders.
 */
int language_find_program(const char *program, char path[PATH_MAX], struct error *error);
