/* processes: forked processes, each with its own lock, like Python's multiprocessing. */
#include "registry.h"

const struct mode mode_processes = {
	.form = { .name = "processes", .summary = "forked processes, each with its own lock" },
	.team = TEAM_PROCESSES,
	.locks = WORKER_OWN_LOCKS,
	.io = true,
};
