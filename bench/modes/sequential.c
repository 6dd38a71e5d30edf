/* sequential: the bare kernel in one thread, the base line of all ratios. No lock code at all. */
#include "modes.h"

const struct mode mode_sequential = {
	.form = { .name = "sequential", .summary = "the bare kernel, one worker" },
	.team = TEAM_THREADS,
	.locks = MODE_BARE,
	.single = true,
};
