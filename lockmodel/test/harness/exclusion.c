/* Conformance: mutual exclusion. */
#include "conformance.h"
#include "test.h"

#include <unistd.h>

void exclusion_run(struct member *member)
{
	struct exclusion *exclusion = member->team->shared;
	lockmodel_acquire(member->thread);
	for (int round = 0; round < EXCLUSION_ROUNDS; round++) {
		if (__atomic_add_fetch(&exclusion->inside, 1, __ATOMIC_SEQ_CST) != 1) {
			__atomic_add_fetch(&exclusion->overlaps, 1, __ATOMIC_SEQ_CST);
		}
		exclusion->counter++;
		if (round % 512 == 0) {
			usleep(1); /* gives others, on any number of cores, a chance to intrude */
		}
		__atomic_sub_fetch(&exclusion->inside, 1, __ATOMIC_SEQ_CST);
		if (round % 64 == 63) {
			lockmodel_begin_blocking(member->thread);
			lockmodel_end_blocking(member->thread);
		} else {
			lockmodel_checkpoint(member->thread, 3);
		}
	}
	lockmodel_release(member->thread);
}

void conformance_exclusion(const char *spec_text)
{
	if (!team_lock_excludes(spec_text)) {
		return;
	}
	struct exclusion exclusion = { 0 };
	struct team team = { .run = exclusion_run, .shared = &exclusion, .size = 4 };
	team_run_on(spec_text, &team);
	assert_int_equal(exclusion.overlaps, 0);
	assert_int_equal(exclusion.counter, EXCLUSION_ROUNDS * team.size);
}
