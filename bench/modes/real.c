/* real: threads of a real interpreter, under its own lock; with one worker, no second thread. */
#include "registry.h"

const struct mode mode_real = {
	.form = { .name = "real", .summary = "threads of each --interpreter, under its own lock" },
	.team = TEAM_THREADS,
	.real = true,
	.io = true,
};
