/*
 * Judges rounds: whether the machine's speed changed during a run. A processor that its host shares
 * with others may become slower without anything that the system counts. All rows of a round are then
 * slower than in the other rounds of the same run, in which they did the same work.
 *
 * Only free rows count (sample_judge.h): how long a lock holds up its workers also depends on chance.
 */
#pragma once

#include "finding.h"
#include "plan.h"

/* Looks at all samples of the plan that were measured. */
void round_judge(const struct plan *plan, struct findings *findings);
