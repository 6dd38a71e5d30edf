/*
 * Languages: which of the programs in interpreters/ a command understands, and how it is run.
 */
#pragma once

#include "error.h"

#include <limits.h>
#include <stdbool.h>

enum { LANGUAGE_WORDS_MAX = 8 };

struct language {
	const char *program; /* its file's name; NULL: the command itself is the program */
	/* What is put between the command and the program. */
	const char *options[LANGUAGE_WORDS_MAX];
	/* The command is a compiler: what it makes of the program is what is run. */
	bool compiled;
};

/*
 * The language of a command that answers `--version` with `answer`, its first lines. A compiler of
 * OCaml tells only its number; then `more` is what it answers to `-v`. NULL: none that is known.
 */
const struct language *language_find(const char *answer, const char *more);

/* True if `answer` is nothing but a version number, so that -v has to be asked. */
bool language_is_number(const char *answer);

/* The names of all, for messages. */
const char *language_names(void);

/*
 * Finds the file of a program: in $GILBENCH_PROGRAMS if that is set, else where gilbench was built
 * or installed. 0, or -ENOENT with `error` that says where it was looked for.
 */
int language_find_program(const char *program, char path[PATH_MAX], struct error *error);
