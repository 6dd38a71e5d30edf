/*
 * Compute rows: rows whose samples are regions in which all workers compute, under a lock or in a
 * real interpreter.
 */
#pragma once

#include "plan.h"

/*
 * A row's take(). The value is the region's wall time; with the unit GBENCH_NANOSECOND it is the
 * time per unit of the work. A sample whose checksum is not that of the work fails.
 */
int compute_row_take(
	const struct row *row, const struct work_target *target, struct sample *sample);
