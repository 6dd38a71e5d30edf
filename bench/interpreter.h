/*
 * Interpreters: real language runtimes, run beside the lock models.
 *
 * One is given as a command line. Which language it speaks is found out by `COMMAND --version`
 * (language.h), and which runtime and version it is, and how its lock is set, by running the
 * program for that language; interpreters/README.md describes how gilbench talks with it.
 */
#pragma once

#include "error.h"
#include "signals.h"
#include "spec.h"

#include <stdbool.h>
#include <time.h>

struct interpreter;

/*
 * Finds out about the interpreter that `command`, a line as for a shell, starts: this runs it, and
 * for a compiled language also compiles. Returns it, for interpreter_destroy(), or NULL with
 * `error`, which names the command and what it did, and errno: EINTR when one of `signals` came.
 */
struct interpreter *interpreter_create(
	const char *command, const struct signals *signals, struct error *error);
/* NULL is taken too. */
void interpreter_destroy(struct interpreter *interpreter);

/* The command as it was given; characters that are not plain ones are replaced by '?'. */
const char *interpreter_command(const struct interpreter *interpreter);

/* Its runtime, version and settings, as in "cpython-3.11.2" or "cpython-3.11.2:interval=500us". */
const char *interpreter_name(const struct interpreter *interpreter);
/* Makes the name different from that of another interpreter by a number behind it, as in "#2". */
void interpreter_number(struct interpreter *interpreter, int number);

/*
 * The spec of the lock model that stands for its lock, set as the interpreter's is; NULL if there
 * is none, with `error` saying so.
 */
const struct spec *interpreter_model(const struct interpreter *interpreter, struct error *error);

/* The clock that its times are of. */
clockid_t interpreter_clock(const struct interpreter *interpreter);

/*
 * The words that run its program, a list that NULL ends, with `extra` words left free before the
 * end. For free(); the words themselves are the interpreter's. NULL: out of memory.
 */
char **interpreter_words(const struct interpreter *interpreter, size_t extra);
