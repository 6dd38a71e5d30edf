/* gil: threads that share one global lock, as in a runtime that has one. */
#include "registry.h"

const struct mode mode_gil = {
	.form = { .name = "gil", .summary = "threads that share one global lock" },
	.team = TEAM_THREADS,
	.locks = WORKER_ONE_LOCK,
	.paced = true,
	.io = true,
};
