/*
 * The schedule: takes all wanted samples, those of different rows interleaved.
 *
 * Samples are taken in rounds, one of each row per round, in a random order that follows from the
 * seed and is new in every round. So drift and temporary disturbances of the machine affect all rows
 * alike, and an interrupted run has about as many samples of each row. A row of which fewer samples
 * are wanted skips rounds, evenly spread.
 */
#pragma once

#include "plan.h"

struct schedule {
	struct plan *plan;
	uint64_t seed;
	struct work_target target;
	/* Called after each sample, the row's number `number`, was taken or has failed; or NULL. */
	void (*taken)(void *context, const struct row *row, size_t number);
	void *context;
};

/*
 * Makes the works of all wanted rows ready before anything is measured, so that samples follow each
 * other closely. Returns 0, or -EINTR with `error` if a signal came. Another failure is kept in the
 * work, and is the error of its samples.
 */
int schedule_prepare(const struct schedule *schedule, struct error *error);

/*
 * Takes the samples, after schedule_prepare(). A sample that fails holds the reason, and the others are still taken. Returns 0;
 * -EINTR with `error` if a signal came, which then is the reason of all samples not taken; or another
 * negative errno value with `error`.
 */
int schedule_run(const struct schedule *schedule, struct error *error);
