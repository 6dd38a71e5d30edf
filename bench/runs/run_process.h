/*
 * A run: starts this program again as a process of its own (run_child.h) and receives its samples.
 */
#pragma once

#include "plan.h"

struct run_process {
	struct plan *plan;  /* with room for all runs */
	char *const *words; /* the command line of the process; NULL ends it */
	size_t runs;        /* for which the plan's rows have room */
	int number;         /* of this run, from 1 */
	uint64_t seed;
	const struct signals *signals;
	/* Called after each sample; or NULL. */
	void (*taken)(void *context, const struct row *row);
	void *context;
};

/*
 * Takes the samples of a run: number 1 finds how much work there is, and the others do as much. A
 * sample that fails, or is missing because the process ended, holds the reason. Returns 0, or -EINTR
 * with `error` if a signal arrived, which is consumed; the process has ended then, too.
 */
int run_process(const struct run_process *run, struct error *error);
