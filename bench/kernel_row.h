/*
 * Kernel rows: rows whose samples are regions of the row's work, in the row's mode, under its lock
 * or in its interpreter.
 */
#pragma once

#include "plan.h"

/*
 * Takes one: the row's `take`. A sample whose checksum is not that of the work fails. Its time is
 * that of the region, or with the unit GBENCH_NANOSECOND that of one unit of the work.
 */
int kernel_row_take(struct row *row, const struct work_target *target, struct sample *sample);
