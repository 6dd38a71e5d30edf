/* Conformance: nobody waits for ever, whether the other threads compute or block. */
#include "conformance.h"
#include "test.h"

#include <unistd.h>

/*
 * The first member computes until the others have returned from blocking regions, each of them
 * several times. With a waiter locked out for ever this would not end; the test's time limit in
 * Meson then fails it.
 */
enum { RETURNS = 6 };

static void compute_or_block(struct member *member)
{
	int *returned = member->team->shared;
	lockmodel_acquire(member->thread);
	if (member->index == 0) {
		int all = RETURNS * (member->team->size - 1);
		while (__atomic_load_n(returned, __ATOMIC_RELAXED) < all) {
			lockmodel_checkpoint(member->thread, 3);
		}
	} else {
		for (int round = 0; round < RETURNS; round++) {
			lockmodel_begin_blocking(member->thread);
			usleep(100);
			lockmodel_end_blocking(member->thread);
			__atomic_add_fetch(returned, 1, __ATOMIC_RELAXED);
		}
	}
	lockmodel_release(member->thread);
}

void conformance_progress(const char *spec_text)
{
	int returned = 0;
	struct team team = { .run = compute_or_block, .shared = &returned, .size = 4 };
	team_run_on(spec_text, &team);
	assert_int_equal(returned, RETURNS * (team.size - 1));
}

/*
 * Two members take turns by a variable: each enters a blocking region, as often as it has to, until
 * it is its turn. So each turn passes the lock to the other member.
 */
enum { TURNS = 300 };

static void take_turns(struct member *member)
{
	int *turn = member->team->shared;
	lockmodel_acquire(member->thread);
	while (__atomic_load_n(turn, __ATOMIC_SEQ_CST) < TURNS) {
		if (__atomic_load_n(turn, __ATOMIC_SEQ_CST) % 2 == member->index) {
			__atomic_add_fetch(turn, 1, __ATOMIC_SEQ_CST);
			member->result++;
		}
		lockmodel_begin_blocking(member->thread);
		usleep(1);
		lockmodel_end_blocking(member->thread);
	}
	lockmodel_release(member->thread);
}

void conformance_alternation(const char *spec_text)
{
	int turn = 0;
	struct team team = { .run = take_turns, .shared = &turn, .size = 2 };
	team_run_on(spec_text, &team);
	assert_int_equal(team.members[0].result, TURNS / 2);
	assert_int_equal(team.members[1].result, TURNS / 2);
	if (team_lock_excludes(spec_text)) {
		uint64_t switches = team.members[0].stats.switches + team.members[1].stats.switches;
		assert_true(switches >= TURNS - 1);
		assert_true(switches < team_sum_acquisitions(&team));
	}
}
