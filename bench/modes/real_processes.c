/* real-processes: processes forked by a real interpreter, each with a lock of its own. */
#include "modes.h"

const struct mode mode_real_processes = {
	.form = { .name = "real-processes", .summary = "processes forked by each --interpreter" },
	.team = TEAM_PROCESSES,
	.real = true,
};
