/*
 * See pace.h.
 *
 * The loop. Each turn takes 1 away from the number that is counted down, and before that waits: it
 * adds nothing to that number, many times over, by instructions of one cycle each of which needs
 * the result of the one before. The compiler cannot know that it is nothing, nor can the processor
 * do two of them at once, wherever the code lies. The checkpoint and the loop itself need none of
 * these results, so the processor does them meanwhile, and a turn takes as long as its chain does.
 * It is no waiting for a clock: a thread that is interrupted still has all of its turns before it.
 *
 * Such additions come in blocks of a few. So that a turn is right to less than that, some turns
 * have one block more than the others, first these and then those, in a period: a change only now
 * and then is one that the processor predicts wrongly only now and then.
 *
 * Short turns. A checkpoint counts down in memory, which takes about 1.3 ns from one to the next.
 * Turns of less than 5 ns therefore share one, with the sum of their ticks: as many as are done in
 * 10 ns. They share a subtraction, too. What is left at the end shares another.
 *
 * Calibration. The loop as it is going to be, with the checkpoints of a lock that is none, is
 * measured with a first number of blocks, and then twice with the number that follows from the time
 * before it. Each measurement is the lower quartile of a few probes, since what disturbs one only
 * ever makes it longer.
 */
#include "pace.h"

#include "clock.h"

#include <errno.h>
#include <stdlib.h>

enum { PACE_PERIOD = 128 };

/* What the first measurement has in a group: so many that nothing but them counts. */
enum { BLOCKS_AT_FIRST = 64 };

/* A probe is so long that it has its share of the system's timer interrupts, as any run has. */
#define PROBE_S 4e-3

enum { PROBES_MAX = 15 };

/* Turns shorter than the first share a checkpoint, as many as fit in the second. */
#define SHORT_TURN_S 5e-9
#define GROUP_S 10e-9

/* --- the loop -------------------------------------------------------------------------------- */

/* One instruction, one cycle: the compiler must not make one of several. */
KERNEL_INLINE uint64_t add(uint64_t value, uint64_t nothing)
{
	value += nothing;
	__asm__("" : "+r"(value));
	return value;
}

/* Returns `value`, that much later. */
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
	/* The compiler must not know it. */
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

/* How many groups of about `group_s` seconds are probed at a time: whole periods of them. */
static int64_t count_groups(double group_s)
{
	int64_t periods = (int64_t)(PROBE_S / (group_s * PACE_PERIOD)) + 1;
	return periods * PACE_PERIOD;
}

/* The seconds that a group takes, which are about `group_s`: the lower quartile of some probes. */
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

/* So many blocks in a group, on the average. */
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

/* A lock that is none, for `calibrate`. Returns 0 or a negative errno value. */
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
	/* So written, it takes what is no number for out of range, too. */
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
