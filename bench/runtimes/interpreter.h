/*
 * Interpreters: real language runtimes, measured next to the lock models.
 *
 * An interpreter is given as a command line. `COMMAND --version` tells its language (language.h);
 * then the program for that language reports the runtime, its version and the settings of its lock
 * (describe.h). The protocol is specified in programs/README.md.
 */
#pragma once

#include "error.h"
#include "signals.h"
#include "spec.h"

#include <stdbool.h>
#include <time.h>

struct interpreter;

/*
 * Probes the interpreter that `command`, a line as for a shell, starts: runs it, and for a compiled
 * language also compiles. Returns it, for interpreter_destroy(); or NULL with a line of `error`
 * that names the command and holds only printable ASCII characters, and with errno set:
 *
 *	EINVAL: the command line is malformed
 *	ENOENT: there is no such program
 *	EACCES: it may not be executed
 *	EINTR:  one of `signals` arrived
 *
 * Of these four, the first three are mistakes in the command line itself; nothing was started. Any
 * other value means that the command was started, but could not be probed: it failed, hung, or
 * did not keep to the protocol; or that memory ran out (ENOMEM).
 */
struct interpreter *interpreter_create(
	const char *command, const struct signals *signals, struct error *error);
/* Does nothing for NULL. */
void interpreter_destroy(struct interpreter *interpreter);

/* The command as it was given, with '?' for every byte that is not printable ASCII. */
const char *interpreter_command(const struct interpreter *interpreter);

/*
 * Its runtime, version, and those settings that differ from the runtime's defaults, as in
 * "cpython-3.11.2" or "cpython-3.11.2:interval=500us".
 */
const char *interpreter_name(const struct interpreter *interpreter);
/* Appends a number, as in "#2", so that the name differs from that of another interpreter. */
void interpreter_number(struct interpreter *interpreter, int number);

/*
 * The spec of the lock model for its lock, with the interpreter's settings; or NULL with `error` if
 * there is none.
 */
const struct spec *interpreter_model(const struct interpreter *interpreter, struct error *error);

/* Whether its program supports the experiment, one that version 1 of the protocol does not have. */
bool interpreter_supports(const struct interpreter *interpreter, const char *experiment);

/* The clock of the times that it reports. */
clockid_t interpreter_clock(const struct interpreter *interpreter);

/*
 * The words that run its program, a list that NULL ends, with room for `extra` words more. The
 * caller frees the list, but not the words in it. NULL if there is no memory.
 */
char **interpreter_words(const struct interpreter *interpreter, size_t extra);
