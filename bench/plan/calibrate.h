/*
 * Calibration: how many units of a work make a sequential region of the wanted length, and how a
 * kernel is set to the pace of an interpreter.
 */
#pragma once

#include "work.h"

/*
 * Fills units and turn_s of the work, whose data is ready. Returns 0, or a negative errno value
 * with `error` as region_run() does.
 */
int calibrate(struct work *work, const struct work_target *target, struct error *error);

/* The number of units that takes `wanted_ns` if `units` take `taken_ns`; at least 1. */
uint64_t calibrate_scale(uint64_t units, int64_t taken_ns, int64_t wanted_ns);

/*
 * Sets the kernel of `model`, which has about the pace of `leader`, to exactly this pace, measured
 * anew as the leader's `turn_s`. Returns as calibrate() does.
 */
int calibrate_pair(struct work *model, struct work *leader, const struct work_target *target,
	struct error *error);
