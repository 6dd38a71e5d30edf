/* sequential: the bare kernel in one thread, without any lock code; the base of all ratios. */
#include "registry.h"

const struct mode mode_sequential = {
	.form = { .name = "sequential", .summary = "the bare kernel, one worker" },
	.team = TEAM_THREADS,
	.locks = WORKER_BARE,
	.single = true,
};
