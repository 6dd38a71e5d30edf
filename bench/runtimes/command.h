/*
 * Commands: a line as a user would type it into a shell, split into words; whether its program
 * exists; and what it prints when it is run with a few more words.
 */
#pragma once

#include "child.h"
#include "error.h"

#include <stddef.h>
#include <stdint.h>
#include <wordexp.h>

enum {
	COMMAND_ANSWER_MAX = 1024,    /* how much of an answer is kept */
	COMMAND_OUTPUT_MAX = 1 << 20, /* how much a command may print at all */
};

struct command {
	wordexp_t words;
};

/*
 * Splits `line` as a shell does, with quotes, variables and ~. Command substitution, and characters
 * that would combine several commands, are refused. Returns 0, and the caller must call
 * command_finish(); or a negative errno value with `error`.
 */
int command_init(struct command *command, const char *line, struct error *error);
void command_finish(struct command *command);

/*
 * Checks that the command's first word is a program that execvp() would find and may execute.
 * Returns 0, or -ENOENT or -EACCES with `error`.
 */
int command_check(const struct command *command, struct error *error);

/*
 * Returns the command's words, those of `more`, a list that NULL ends, and then `extra` + 1 times
 * NULL; or NULL if there is no memory. The caller frees the list, but not the words in it.
 */
char **command_words(const struct command *command, const char *const *more, size_t extra);

/*
 * Runs the command with `more` words behind it, and keeps the beginning of what it prints to
 * standard output and standard error, in lines. Returns 0, or a negative errno value with `error`,
 * as subprocess_run() does, or -EBADMSG if it prints more than COMMAND_OUTPUT_MAX bytes; `answer`
 * then holds what it had printed so far.
 */
int command_ask(const struct command *command, const char *const *more, const struct limits *limits,
	char answer[COMMAND_ANSWER_MAX], struct error *error);
