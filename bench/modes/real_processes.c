/* real-processes: processes forked by a real interpreter, each with its own lock. */
#include "registry.h"

const struct mode mode_real_processes = {
	.form = { .name = "real-processes", .summary = "processes forked by each --interpreter" },
	.team = TEAM_PROCESSES,
	.real = true,
};
