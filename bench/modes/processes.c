/* processes: forked processes, each with its own lock, as in Python's multiprocessing. */
#include "modes.h"

const struct mode mode_processes = {
	.form = { .name = "processes", .summary = "forked processes, each with its own lock" },
	.team = TEAM_PROCESSES,
	.locks = MODE_OWN_LOCKS,
};
