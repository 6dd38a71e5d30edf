/*
 * interpreters: threads of one process, each with its own lock, as with CPython's sub-interpreters
 * (PEP 684).
 */
#include "modes.h"

const struct mode mode_interpreters = {
	.form = { .name = "interpreters", .summary = "threads, each with its own lock (PEP 684)" },
	.team = TEAM_THREADS,
	.locks = MODE_OWN_LOCKS,
};
