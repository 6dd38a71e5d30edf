/*
 * What the tests of subprocesses share: the notes that a listener takes, and ways to run a script of
 * /bin/sh.
 */
#pragma once

#include "subprocess.h"

#include <stdbool.h>

#define SUITE_FOREVER_NS (60 * INT64_C(1000000000))
#define SUITE_MOMENT_NS (300 * INT64_C(1000000))

enum { SUITE_KEPT_BYTES = 16384 };

/* In shared memory. */
struct suite_notes {
	struct subprocess_outcome outcome;
	char kept[SUITE_KEPT_BYTES]; /* the lines, each followed by | */
	pid_t runner;
	pid_t group;         /* the listener's process group */
	int interrupt;       /* the line with this number makes the listener interrupt the runner */
	int lines;           /* how many there were */
	int answers;         /* a descriptor to answer each line, or 0 */
	bool count_children; /* with each line, wait until the supervisor has one child left */
	int children;        /* how many it had then */
};

extern struct suite_notes *notes;
extern struct signals signals;
extern struct error error;

/* For cmocka. The second fails if anything is left of the program. */
int suite_set_up(void **unused);
int suite_tear_down(void **unused);

/* Run a program, or a script, as subprocess_run() does, with `error`. */
int suite_run_words(char *const *words, bool both, int input, int64_t deadline_ns);
int suite_run(const char *script, int64_t deadline_ns);

/* Run a script that has to succeed with these lines, or to fail with this error. */
void suite_expect_lines(const char *script, const char *lines);
void suite_expect_failure(const char *script, const char *text);
