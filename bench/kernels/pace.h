/*
 * A countdown at a given pace: a loop of which each turn takes as long as one is told, for as long
 * as the processor keeps its frequency. How it is done is said in pace.c.
 */
#pragma once

#include "kernel.h"

#include <stdint.h>

/* How the loop is to go; what pace_set() found out. No turns: not set. */
struct pace {
	int64_t turns;  /* that share a checkpoint: a group */
	int64_t ticks;  /* that a turn is worth */
	int64_t blocks; /* of waiting instructions in a group */
	int64_t longer; /* of PACE_PERIOD groups one after the other, how many have a block more */
};

/*
 * Finds out what makes a turn take `turn_s` seconds, KERNEL_TURN_MIN_S to KERNEL_TURN_MAX_S. Takes
 * some 90 ms of measuring. Returns 0, or a negative errno value and leaves `pace` as it was.
 */
int pace_set(struct pace *pace, double turn_s, int64_t ticks);

/* Counts down from `turns` and returns how far it came, without checkpoints and with. */
uint64_t pace_run_bare(const struct pace *pace, uint64_t turns);
uint64_t pace_run_polling(const struct pace *pace, uint64_t turns, struct lockmodel_thread *thread);
