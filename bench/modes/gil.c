/* gil: threads that share one global lock, as in a runtime that has one. */
#include "modes.h"

const struct mode mode_gil = {
	.form = { .name = "gil", .summary = "threads that share one global lock" },
	.team = TEAM_THREADS,
	.locks = MODE_ONE_LOCK,
};
