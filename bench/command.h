/*
 * Commands: a line as a user would type it into a shell, split into words, and what it answers when
 * it is asked something.
 */
#pragma once

#include "error.h"
#include "signals.h"

#include <stddef.h>
#include <stdint.h>
#include <wordexp.h>

enum { COMMAND_ANSWER_MAX = 1024 };

struct command {
	wordexp_t words;
};

/*
 * Splits `line` as a shell does: quotes, variables and ~ mean what they mean there. Commands within
 * it, and characters that would join several commands, are refused. 0, for command_finish(), or a
 * negative errno value with `error`.
 */
int command_split(struct command *command, const char *line, struct error *error);
void command_finish(struct command *command);

/*
 * The command's words, those of `more`, a list that NULL ends, and then as many NULL as `extra`
 * says, and one. For free(); the words themselves remain their owners'. NULL: out of memory.
 */
char **command_words(const struct command *command, const char *const *more, size_t extra);

/*
 * Runs the command with `more` words behind it, and keeps the first lines of what it says, be it on
 * standard output or error. 0, or a negative errno value with `error`, as exchange_run() has it;
 * `answer` then has what it said up to there.
 */
int command_ask(const struct command *command, const char *const *more, int64_t deadline_ns,
	const struct signals *signals, char answer[COMMAND_ANSWER_MAX], struct error *error);
