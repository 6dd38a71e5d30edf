/*
 * What the tests of sessions share: a session, and a forked process that stands for the program's.
 */
#pragma once

#include "session.h"

#include <sys/types.h>

enum { SUITE_WORKERS = 2, SUITE_UNITS = 1000, SUITE_LINE_MAX = 256 };

extern struct session *suite_session;
extern struct error suite_error;

/* Group fixtures: the program, which waits in the process group of the test. */
int suite_start_program(void **unused);
int suite_stop_program(void **unused);

/* Makes the program start one thread more. */
void suite_start_thread(void);

/* Fixtures of a test: the session. */
int suite_set_up(void **unused);
int suite_tear_down(void **unused);

/* Begins a new session. */
void suite_reset(void);

/* Gives a line to the session, in memory of just its size. */
int suite_take(const char *text);

/*
 * Replaces %P by the program's process and %W by the time, to which a number may be added, as in
 * %W+5.
 */
void suite_expand(const char *form, char line[SUITE_LINE_MAX]);
int suite_take_form(const char *form);

/* The answers that the session has written since the last call. */
ssize_t suite_count_answers(void);
