/*
 * See pace.h.
 *
 * The loop. Each turn delays, then subtracts 1 from the counter. The delay is a chain of dependent
 * one-cycle instructions, each of which adds 0 to the counter. The compiler does not know that the
 * addend is 0, and the processor cannot execute two of the additions at once, wherever the code is
 * placed. The checkpoint and the loop control do not depend on the chain, so the processor executes
 * them in parallel with it, and a turn takes as long as its chain. The loop does not wait for a
 * clock: a thread that is preempted still has all of its remaining turns to do.
 *
 * The additions come in blocks of four. To tune a turn more finely than by a whole block, some
 * turns have one block more than the others: in each period, first all longer turns, then all
 * shorter ones, so that the number changes rarely and the branch predictor mispredicts rarely.
 *
 * Short turns. A checkpoint decrements a counter in memory, so consecutive checkpoints are at least
 * about 1.3 ns apart. Turns of less than 5 ns therefore form groups: as many turns as fit into 10
 * ns share one checkpoint, worth the sum of their ticks, and one subtraction. The turns that remain
 * at the end share another checkpoint.
 *
 * Calibration. The final loop, with the checkpoints of the lock model `none`, is measured with an
 * initial number of blocks, and then twice with the number computed from the previous measurement.
 * Each measurement is the lower quartile of a few probes, since interference only ever makes a
 * probe longer.
 */
#include "pace.h"

#include "clock.h"

#include <errno.h>
#include <stdlib.h>

enum { PACE_PERIOD = 128 };

/* Blocks per group in the first measurement: enough to make all else negligible. */
enum { BLOCKS_AT_FIRST = 64 };

/* Long enough for a probe to contain its share of timer interrupts, as any run does. */
#define PROBE_S 4e-3

enum { PROBES_MAX = 15 };

/* Turns shorter than SHORT_TURN_S are grouped; a group takes at most GROUP_S. */
#define SHORT_TURN_S 5e-9
#define GROUP_S 10e-9

/* --- the loop -------------------------------------------------------------------------------- */

/* One instruction of one cycle; the barrier keeps the compiler from merging several of them. */
KERNEL_INLINE uint64_t add(uint64_t value, uint64_t nothing)
{
	value += nothing;
	__asm__("" : "+r"(value));
	return value;
}

/* Returns `value` after the latency of so many blocks; `nothing` is 0. */
KERNEL_INLINE uint64_t wait_blocks(uint64_t value, uint64_t nothing, int64_t blocks)
{
	for (; blocks > 0; blocks--) {
		value = add(value, nothing);
		value = add(value, nothing);
		value = add(value, nothing);
		value = add(value, nothing);
	}
	return value;
}

KERNEL_INLINE uint64_t run(const struct pace *pace, uint64_t turns, struct lockmodel_thread *thread)
{
	const struct pace own = *pace;
	uint64_t group = (uint64_t)own.turns;
	uint64_t left = turns;
	uint64_t nothing = 0;
	/* Hide the value 0 from the compiler. */
	__asm__("" : "+r"(nothing));

	for (int64_t i = 0; left >= group; i++) {
		left = wait_blocks(left, nothing, own.blocks + (i % PACE_PERIOD < own.longer));
		left -= group;
		kernel_poll(thread, own.turns * own.ticks);
	}
	if (left > 0) {
		int64_t rest = (int64_t)left;
		left = wait_blocks(left, nothing, own.blocks * rest / own.turns);
		left -= (uint64_t)rest;
		kernel_poll(thread, rest * own.ticks);
	}
	return turns - left;
}

uint64_t pace_run_bare(const struct pace *pace, uint64_t turns)
{
	return run(pace, turns, NULL);
}

uint64_t pace_run_polling(const struct pace *pace, uint64_t turns, struct lockmodel_thread *thread)
{
	return run(pace, turns, thread);
}

/* --- calibration ----------------------------------------------------------------------------- */

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;
	return (a > b) - (a < b);
}

/* The number of groups in a probe: whole periods of groups that take about `group_s` seconds. */
static int64_t count_groups(double group_s)
{
	int64_t periods = (int64_t)(PROBE_S / (group_s * PACE_PERIOD)) + 1;
	return periods * PACE_PERIOD;
}

/* Returns the seconds per group, expected to be about `group_s`: the lower quartile of probes. */
static double measure(
	const struct pace *pace, int probes, double group_s, struct lockmodel_thread *thread)
{
	double seconds[PROBES_MAX] = { 0 };
	int64_t groups = count_groups(group_s);
	for (int i = 0; i < probes; i++) {
		int64_t start = clock_now_ns();
		pace_run_polling(pace, (uint64_t)(groups * pace->turns), thread);
		seconds[i] = (double)(clock_now_ns() - start) / CLOCK_NS_PER_S / (double)groups;
	}
	qsort(seconds, (size_t)probes, sizeof(seconds[0]), compare);
	return seconds[probes / 4];
}

/* Sets the mean number of blocks per group. */
static void set_blocks(struct pace *pace, double blocks)
{
	int64_t in_period = (int64_t)(blocks * PACE_PERIOD + 0.5);
	pace->blocks = in_period / PACE_PERIOD;
	pace->longer = in_period % PACE_PERIOD;
}

static void calibrate(struct pace *pace, double group_s, struct lockmodel_thread *thread)
{
	static const int probes[] = { 3, 3, PROBES_MAX };
	double blocks = BLOCKS_AT_FIRST;
	double expected_s = BLOCKS_AT_FIRST * 1e-9;
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		set_blocks(pace, blocks);
		blocks *= group_s / measure(pace, probes[i], expected_s, thread);
		expected_s = group_s;
	}
	set_blocks(pace, blocks);
}

/* Calibrates with the lock model `none`. Returns 0 or a negative errno value. */
static int calibrate_without_lock(struct pace *pace, double group_s)
{
	struct spec none;
	struct error error;
	if (spec_parse(&none, "lock model", lockmodel_form, "none", &error)) {
		return -EINVAL;
	}
	struct lockmodel_lock *lock = lockmodel_create(&none);
	struct lockmodel_thread *thread = lock ? lockmodel_attach(lock) : NULL;
	int result = thread ? 0 : -errno;
	if (thread) {
		calibrate(pace, group_s, thread);
		lockmodel_detach(thread);
	}
	lockmodel_destroy(lock);
	return result;
}

int pace_set(struct pace *pace, double turn_s, int64_t ticks)
{
	struct pace found = { .turns = 1, .ticks = ticks };
	/* Written so that NaN is out of range, too. */
	if (!(turn_s >= KERNEL_TURN_MIN_S && turn_s <= KERNEL_TURN_MAX_S)) {
		return -ERANGE;
	}
	if (turn_s < SHORT_TURN_S) {
		found.turns = (int64_t)(GROUP_S / turn_s);
	}
	int result = calibrate_without_lock(&found, turn_s * (double)found.turns);
	if (!result) {
		*pace = found;
	}
	return result;
}

/* A turn takes as long as its blocks, so they are all there is to change. */
void pace_scale(struct pace *pace, double factor)
{
	double blocks = (double)pace->blocks + (double)pace->longer / PACE_PERIOD;
	set_blocks(pace, blocks * factor);
}
