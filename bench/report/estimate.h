/*
 * How long a run will go on, from the times that its samples have taken so far.
 *
 * The samples left of each row are counted at the mean time of that row's samples. A row without any
 * counts at its `expected_ns`, times the ratio of measured to expected time of the other rows of its
 * experiment, and while these are few, of all rows. So the estimate holds where rows of 0.2 s
 * are mixed with rows of 20 s. The first sample of each run has preparations before it, such as
 * calibration; these are taken off, and added once for each run to come.
 */
#pragma once

#include "plan.h"

struct estimate_row;

struct estimate {
	const struct plan *plan;
	struct estimate_row *rows; /* one for each of the plan; NULL: out of memory */
	size_t runs;
	size_t per_run;         /* samples of one run */
	int64_t preparation_ns; /* of the run that began last */
	double measured_ns;     /* the samples so far, but for the first of each run */
	double expected_ns;     /* the same samples, as they were expected */
};

/*
 * The rows of the plan know how many samples are wanted of them in all runs together. The runs follow
 * one another, and take equal numbers of samples. `runs` of 0 means 1.
 */
void estimate_init(struct estimate *estimate, const struct plan *plan, int runs);

/* Notes that sample number `done` of all runs, from 1, was one of `row`, and took so long. */
void estimate_note(struct estimate *estimate, const struct row *row, size_t done, int64_t taken_ns);

/* Nanoseconds until all samples are measured. */
double estimate_left_ns(const struct estimate *estimate);

/* Nanoseconds that all samples take if every row takes the time expected of it. */
double estimate_planned_ns(const struct estimate *estimate);

void estimate_finish(struct estimate *estimate);
