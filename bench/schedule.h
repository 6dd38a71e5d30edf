/*
 * The schedule: takes all wanted samples, those of different rows in turns.
 *
 * The samples are taken in rounds, one of each row per round, every round in a new random order
 * that follows from the seed. So a machine that drifts, or is disturbed for a while, disturbs all
 * rows alike; and a run that is cut short has about equally many samples of each. Rows of which
 * fewer are wanted skip rounds, evenly.
 */
#pragma once

#include "plan.h"

struct schedule {
	struct plan *plan;
	uint64_t seed;
	struct work_target target;
	/* Called after each sample, for a progress line; NULL: not. */
	void (*progress)(void *context, const struct row *row, size_t done, size_t all);
	void *context;
};

/*
 * Takes the samples. A sample that fails carries its reason and the others go on. Returns 0, or
 * -EINTR with `error` when a signal came: the samples not taken then say so themselves.
 */
int schedule_run(const struct schedule *schedule, struct error *error);
