/* What the lock of Ruby 3.3 promises: first come, first served, and nobody goes before a waiter. */
#include "os.h"
#include "team.h"
#include "test.h"

static void test_alone_it_never_gives_way(void **unused)
{
	(void)unused;
	struct lockmodel_stats stats =
		team_compute_alone("ruby_handoff:timeslice=100us:tick=100us");
	assert_int_equal(stats.acquisitions, 1);
	assert_int_equal(stats.waited_ns, 0);
	assert_int_equal(stats.drop_requests, 0);
}

/*
 * A thread gives way at the fifth tick it has seen since another one ran, and then another one
 * runs. Only at the end may it see ticks that are none of these: there is nobody left to give way
 * to.
 */
static void test_each_time_slice_is_so_many_ticks(void **unused)
{
	(void)unused;
	struct hogs hogs = { .turns = 11 };
	struct team team = {
		.lock = team_lock("ruby_handoff:timeslice=4900us:tick=1ms"),
		.run = team_hog,
		.shared = &hogs,
		.size = 3,
	};
	assert_non_null(team.lock);
	int64_t start_ns = os_now_ns();
	assert_true(team_run(&team));
	int64_t passed_ns = os_now_ns() - start_ns;
	uint64_t ticks = 0;
	for (int i = 0; i < team.size; i++) {
		const struct lockmodel_stats *stats = &team.members[i].stats;
		ticks += stats->drop_requests;
		assert_true(stats->switches >= stats->drops_honoured);
		assert_int_equal(stats->acquisitions, 1 + stats->drops_honoured);
		assert_in_range(stats->drop_requests, 5 * stats->drops_honoured,
			5 * stats->drops_honoured + 5);
	}
	assert_true(team.members[0].stats.drops_honoured >= 10);
	assert_true((int64_t)ticks * 1000000 <= passed_ns);
	lockmodel_destroy(team.lock);
}

/*
 * First come, first served: threads that always want the lock, and give it up only to the next,
 * take turns in an order that never changes, from when each of them has had one.
 */
enum { TURNS = 40, MEMBERS = 4 };

/* Under the lock. */
struct turns {
	bool seen[MEMBERS];
	int members; /* of these */
	int log[TURNS];
	int count; /* of what is logged, once all are seen */
};

static void note_turn(struct turns *turns, int index)
{
	turns->members += !turns->seen[index];
	turns->seen[index] = true;
	if (turns->members == MEMBERS) {
		turns->log[turns->count++] = index;
	}
}

static void take_turns(struct member *member)
{
	struct turns *turns = member->team->shared;
	uint64_t turn = 0;
	lockmodel_acquire(member->thread);
	while (turns->count < TURNS) {
		if (turn != member->thread->stats.acquisitions) {
			turn = member->thread->stats.acquisitions;
			note_turn(turns, member->index);
		}
		lockmodel_checkpoint(member->thread, 3);
	}
	lockmodel_release(member->thread);
}

static void test_turns_are_in_a_fixed_order(void **unused)
{
	(void)unused;
	struct turns turns = { .count = 0 };
	struct team team = {
		.lock = team_lock("ruby_handoff:timeslice=1ms:tick=1ms"),
		.run = take_turns,
		.shared = &turns,
		.size = MEMBERS,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	for (int i = 0; i < TURNS; i++) {
		for (int j = i + 1; j < i + MEMBERS && j < TURNS; j++) {
			assert_int_not_equal(turns.log[j], turns.log[i]);
		}
		assert_int_equal(turns.log[i], turns.log[i % MEMBERS]);
	}
	lockmodel_destroy(team.lock);
}

/*
 * No barging, however short a blocking call is: a thread that sees a tick knows that the other one
 * is queued, and gets the lock back only after it.
 */
enum { CALLS = 50 };

/* Under the lock. */
struct calls {
	bool stop;
	uint64_t others_turns;
	uint64_t barged;
};

static void call_with_another_queued(struct member *member, struct calls *calls)
{
	/* A tick from before the last call, when somebody else was queued, tells nothing. */
	lockmodel_checkpoint(member->thread, 3);
	while (!__atomic_load_n(member->thread->breaker, __ATOMIC_RELAXED)) {
	}
	uint64_t before = calls->others_turns;
	lockmodel_begin_blocking(member->thread);
	lockmodel_end_blocking(member->thread);
	calls->barged += calls->others_turns == before;
	calls->stop = ++member->result == CALLS;
}

static void call_or_take_turns(struct member *member)
{
	struct calls *calls = member->team->shared;
	lockmodel_acquire(member->thread);
	while (!calls->stop) {
		if (member->index == 0) {
			call_with_another_queued(member, calls);
		} else {
			calls->others_turns++;
			lockmodel_begin_blocking(member->thread);
			lockmodel_end_blocking(member->thread);
		}
	}
	lockmodel_release(member->thread);
}

static void test_nobody_goes_before_a_waiter(void **unused)
{
	(void)unused;
	struct calls calls = { 0 };
	struct team team = {
		.lock = team_lock("ruby_handoff:timeslice=10s:tick=200us"),
		.run = call_or_take_turns,
		.shared = &calls,
		.size = 2,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	assert_int_equal(team.members[0].result, CALLS);
	assert_int_equal(calls.barged, 0);
	assert_true(team.members[0].stats.switches >= CALLS);
	/* Each call looks at the interrupt before it begins, and a tick is used. */
	assert_true(team.members[0].stats.drop_requests >= CALLS);
	assert_int_equal(team.members[0].stats.drops_honoured, 0);
	lockmodel_destroy(team.lock);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone_it_never_gives_way),
		cmocka_unit_test(test_each_time_slice_is_so_many_ticks),
		cmocka_unit_test(test_turns_are_in_a_fixed_order),
		cmocka_unit_test(test_nobody_goes_before_a_waiter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
