/*
 * Conditions: what may have disturbed a measurement. They are read before and after it, the samples
 * tell what happened during it, and all is judged at the end.
 */
#pragma once

#include "finding.h"
#include "moment.h"
#include "plan.h"

struct conditions {
	const char *root; /* as in sysfile.h */
	const struct placement *placement;
	struct moment before;
};

/* To be called right before the measurement. */
void conditions_begin(
	struct conditions *conditions, const char *root, const struct placement *placement);

/* To be called right after it, when all its processes have been waited for. Adds to `findings`. */
void conditions_end(
	const struct conditions *conditions, const struct plan *plan, struct findings *findings);
