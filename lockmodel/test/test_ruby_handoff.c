/* The lock of Ruby 3.3: first come, first served, without barging. */
#include "conformance.h"
#include "os.h"
#include "release_syscalls.h"
#include "test.h"
#include "timer_thread.h"

static void test_no_tick_alone(void **unused)
{
	(void)unused;
	static const char spec_text[] = "ruby_handoff:timeslice=100us:tick=100us";
	team_expect_no_yield_alone(spec_text);
	assert_int_equal(team_run_alone(spec_text, 1000000, 1).drop_requests, 0);
}

/*
 * A thread yields at the fifth tick since another thread ran. Only at the end may it get ticks
 * without yielding, when the others have finished.
 */
static void test_time_slice_is_a_number_of_ticks(void **unused)
{
	(void)unused;
	struct hogs hogs = { .turns = 11 };
	struct team team = { .run = team_hog, .shared = &hogs, .size = 3 };
	int64_t start_ns = os_now_ns();
	team_run_on("ruby_handoff:timeslice=4900us:tick=1ms", &team);
	int64_t passed_ns = os_now_ns() - start_ns;
	for (int i = 0; i < team.size; i++) {
		const struct lockmodel_stats *stats = &team.members[i].stats;
		assert_true(stats->switches >= stats->drops_honoured);
		assert_int_equal(stats->acquisitions, 1 + stats->drops_honoured);
		assert_in_range(stats->drop_requests, 5 * stats->drops_honoured,
			5 * stats->drops_honoured + 5);
	}
	assert_true(team.members[0].stats.drops_honoured >= 10);
	assert_true((int64_t)team_sum_requests(&team) * 1000000 <= passed_ns);
}

/*
 * First come, first served: threads that compute all the time take turns in the same order again
 * and again, once each of them has had a turn.
 */
enum { TURNS = 40, MEMBERS = 4 };

/* Guarded by the lock. */
struct turns {
	bool seen[MEMBERS];
	int members;    /* how many were seen */
	int log[TURNS]; /* once all were seen: who had the turn */
	int count;      /* of entries in the log */
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

static void test_turns_keep_their_order(void **unused)
{
	(void)unused;
	struct turns turns = { .count = 0 };
	struct team team = { .run = take_turns, .shared = &turns, .size = MEMBERS };
	team_run_on("ruby_handoff:timeslice=1ms:tick=1ms", &team);
	for (int i = 0; i < TURNS; i++) {
		for (int j = i + 1; j < i + MEMBERS && j < TURNS; j++) {
			assert_int_not_equal(turns.log[j], turns.log[i]);
		}
		assert_int_equal(turns.log[i], turns.log[i % MEMBERS]);
	}
}

/*
 * No barging, however short a blocking region is: a thread that got a tick knows that the other one
 * is queued, and gets the lock back only after it.
 */
enum { CALLS = 50 };

/* Guarded by the lock. */
struct calls {
	bool stop;
	uint64_t others_turns;
	uint64_t barged;
};

static void call_with_another_queued(struct member *member, struct calls *calls)
{
	/* Consume a tick from before the last call: it says nothing about the queue now. */
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

static void test_no_barging(void **unused)
{
	(void)unused;
	struct calls calls = { 0 };
	struct team team = { .run = call_or_take_turns, .shared = &calls, .size = 2 };
	team_run_on("ruby_handoff:timeslice=10s:tick=200us", &team);
	assert_int_equal(team.members[0].result, CALLS);
	assert_int_equal(calls.barged, 0);
	assert_true(team.members[0].stats.switches >= CALLS);
	/* Each blocking region polls the interrupt before it begins, which consumes a tick. */
	assert_true(team.members[0].stats.drop_requests >= CALLS);
	assert_int_equal(team.members[0].stats.drops_honoured, 0);
}

static void test_timer_thread(void **unused)
{
	(void)unused;
	timer_thread_check("ruby_handoff");
}

/*
 * The waiter may run into the mutex that the releasing thread still holds while it signals: then
 * unlocking it is a second system call.
 */
static void test_release_wakes_one_waiter(void **unused)
{
	(void)unused;
	release_syscalls_expect("ruby_handoff:timeslice=10s:tick=1s", 1, 2);
}

static void test_conformance_with_frequent_yields(void **unused)
{
	(void)unused;
	conformance_check("ruby_handoff:timeslice=200us:tick=100us");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_tick_alone),
		cmocka_unit_test(test_time_slice_is_a_number_of_ticks),
		cmocka_unit_test(test_turns_keep_their_order),
		cmocka_unit_test(test_no_barging),
		cmocka_unit_test(test_timer_thread),
		cmocka_unit_test(test_release_wakes_one_waiter),
		cmocka_unit_test(test_conformance_with_frequent_yields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
