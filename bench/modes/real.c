/* real: threads of a real interpreter, under its own lock; sequential in it with one worker. */
#include "modes.h"

const struct mode mode_real = {
	.form = { .name = "real", .summary = "threads of each --interpreter, under its own lock" },
	.team = TEAM_THREADS,
	.real = true,
};
