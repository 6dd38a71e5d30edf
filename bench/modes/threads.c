/*
 * threads: free threads. They run the same code as under a lock, with the lock model `none`, which
 * never makes them wait.
 */
#include "registry.h"

const struct mode mode_threads = {
	.form = { .name = "threads", .summary = "free threads" },
	.team = TEAM_THREADS,
	.locks = WORKER_ONE_LOCK,
	.model = "none",
	.io = true,
};
