/* What gilbench says, on standard error, about a measurement that has ended. */
#pragma once

#include "finding.h"
#include "gbench.h"
#include "plan.h"

/* Says that the plan was interrupted, and where its samples are kept; NULL: nowhere. */
void outcome_say_interrupted(const struct plan *plan, const char *kept_in);

/* Says how many samples have failed, unless the plan was interrupted. True if none have. */
bool outcome_is_whole(const struct gbench_report *report, const struct plan *plan);

/* Says what --strict does not accept. True if there is nothing like that. */
bool outcome_is_undisturbed(const struct findings *findings);
