/*
 * threads: free threads. They take the same code path as under a lock, through the model `none`,
 * and find nothing to wait for.
 */
#include "modes.h"

const struct mode mode_threads = {
	.form = { .name = "threads", .summary = "free threads" },
	.team = TEAM_THREADS,
	.locks = MODE_ONE_LOCK,
	.model = "none",
};
