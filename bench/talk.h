/*
 * Talks: one run of an interpreter's program, from its start to its end.
 */
#pragma once

#include "dialogue.h"
#include "interpreter.h"
#include "region.h"

struct talk {
	const struct interpreter *interpreter;
	/* What the program is to do, as interpreters/README.md lays down. */
	const char *experiment;
	const char *way;
	int workers;
	uint64_t units;
	/*
	 * Both ends of what the program has as its standard input: where it reads, where answers
	 * go.
	 */
	int input;
	int answers;
	/* In shared memory; what is to be set in it is set, but for what stands here. */
	struct dialogue *dialogue;
};

/*
 * Runs it, and checks that the program has told all. 0, or a negative errno value with `error` as
 * of region_run(), which begins with the interpreter's command.
 */
int talk_run(const struct talk *talk, int64_t deadline_ns, const struct signals *signals,
	struct error *error);

/*
 * Fills what a result says of all kinds of region: processor time and context switches, of all the
 * interpreter's processes from the gate to their end. Nothing is known of migrations and the lock.
 */
void talk_sum_up(const struct talk *talk, struct region_result *result);
