/*
 * Judges samples: whether the workers ran while they could have run. Only samples count in which each
 * worker has a place of its own, so that the workers do not keep each other from running.
 */
#pragma once

#include "finding.h"
#include "plan.h"

/* Whether the row's workers have a place each, and never wait for each other. */
bool sample_judge_is_free(const struct row *row);

/* Looks at all samples of the plan that were measured. */
void sample_judge(const struct plan *plan, struct findings *findings);

/* The most workers that a row with samples has on places of their own. */
int sample_judge_workers(const struct plan *plan);
