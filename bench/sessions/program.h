/*
 * Programs: one run of an interpreter's program for an experiment, from its start to its end.
 */
#pragma once

#include "interpreter.h"
#include "region.h"
#include "session.h"

struct program {
	const struct interpreter *interpreter;
	const struct placement *placement;
	/* The program's arguments, as programs/README.md specifies them; NULL ends the list. */
	const char *const *arguments;
	int workers;    /* that count down */
	int others;     /* that do something else */
	uint64_t units; /* that those who count down do in all; 0: the program decides that */
	/* For the session; each may be NULL. */
	int (*on_gate)(void *context, struct error *error);
	int (*on_line)(void *context, const struct session *session, const char *line,
		struct error *error);
	int (*on_done)(void *context, struct error *error);
	int (*watch)(void *context);
	int (*on_event)(void *context, struct error *error);
	void *context;
	/* Both ends of its standard input: the one that it reads, and the one for answers. */
	int input;
	int answers;
};

/*
 * Runs it, and checks that its output was complete. Fills `region` but for times and units:
 * processor time and context switches are those of all the interpreter's processes from the opening
 * of the gate to their end; migrations, the time in run queues and the lock's
 * statistics are unknown. Returns 0, and `spans` becomes a list of as many spans as there are
 * workers, which the caller frees; or a negative errno value with `error` as of region_run(), which begins with the interpreter's
 * command.
 */
int program_run(const struct program *program, const struct limits *limits,
	struct region_result *region, struct span **spans, struct error *error);
