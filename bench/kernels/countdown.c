/*
 * countdown: a bytecode interpreter that runs the Python loop `while n > 0: n -= 1`; see
 * bytecode.h. With a pace (parameter `turn`, or set_pace()), it is instead a native loop whose
 * iterations take the given time; see pace.h. Both have one checkpoint per turn, an iteration of
 * the loop, unless a turn is too short for that, and both count the same number of ticks.
 *
 * A unit is one turn. Its checksum is 1; the sum is computed from the final value of n.
 */
#include "bytecode.h"
#include "pace.h"
#include "registry.h"

#include <errno.h>
#include <stdlib.h>

enum { TURN };

/* `data` is a struct pace; NULL means no pace. */
static bool is_paced(const void *data)
{
	const struct pace *pace = data;
	return pace && pace->turns > 0;
}

static uint64_t countdown_bare(const void *data, uint64_t first, uint64_t count)
{
	(void)first;
	return is_paced(data) ? pace_run_bare(data, count) : bytecode_run_bare(count);
}

static uint64_t countdown_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)first;
	return is_paced(data) ? pace_run_polling(data, count, thread)
			      : bytecode_run_polling(count, thread);
}

static int countdown_set_pace(void *data, double turn_s)
{
	return pace_set(data, turn_s, BYTECODE_TICKS_PER_TURN);
}

static void countdown_scale_pace(void *data, double factor)
{
	pace_scale(data, factor);
}

static void *countdown_create(const struct spec *spec, int64_t cache_bytes)
{
	(void)cache_bytes;
	struct pace *pace = calloc(1, sizeof(*pace));
	int64_t turn_ns = spec->values[TURN];
	int result = pace && turn_ns ? countdown_set_pace(pace, (double)turn_ns / 1e9) : 0;
	if (result) {
		free(pace);
		errno = -result;
		return NULL;
	}
	return pace;
}

const struct kernel kernel_countdown = {
	.form = {
		.name = "countdown",
		.summary = "a bytecode interpreter that runs `while n > 0: n -= 1`",
		.source = "the instructions of CPython 2.7 for that loop",
		.params = {
			[TURN] = {
				.name = "turn",
				.summary = "time per loop iteration; not paced unless given",
				.kind = SPEC_DURATION,
				.min = 1,
				.max = 10000,
			},
		},
	},
	.create = countdown_create,
	.destroy = free,
	.set_pace = countdown_set_pace,
	.scale_pace = countdown_scale_pace,
	.run_bare = countdown_bare,
	.run_polling = countdown_polling,
};
