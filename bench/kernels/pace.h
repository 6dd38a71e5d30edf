/*
 * A countdown loop with a given pace: each iteration, called a turn, takes a given time as long as
 * the processor keeps its frequency. pace.c explains how.
 */
#pragma once

#include "kernel.h"

#include <stdint.h>

/* The parameters of the loop, as pace_set() calibrates them. All zero: no pace. */
struct pace {
	int64_t turns;  /* turns per group; a group has one checkpoint */
	int64_t ticks;  /* ticks per turn */
	int64_t blocks; /* delay blocks per group */
	int64_t longer; /* of each PACE_PERIOD groups, the first `longer` have one more block */
};

/*
 * Calibrates the loop so that a turn takes `turn_s` seconds, from KERNEL_TURN_MIN_S to
 * KERNEL_TURN_MAX_S; this takes about 90 ms. Returns 0, or a negative errno value, in which case
 * `pace` is unchanged.
 */
int pace_set(struct pace *pace, double turn_s, int64_t ticks);

/* Makes a turn `factor` times as long as pace_set() has made it, without measuring anything. */
void pace_scale(struct pace *pace, double factor);

/* Counts down from `turns` to 0 and returns the number of turns done. */
uint64_t pace_run_bare(const struct pace *pace, uint64_t turns);
uint64_t pace_run_polling(const struct pace *pace, uint64_t turns, struct lockmodel_thread *thread);
