/*
 * interpreters: threads of one process, each with its own lock, like CPython's sub-interpreters (PEP
 * 684).
 */
#include "registry.h"

const struct mode mode_interpreters = {
	.form = { .name = "interpreters", .summary = "threads, each with its own lock (PEP 684)" },
	.team = TEAM_THREADS,
	.locks = WORKER_OWN_LOCKS,
};
