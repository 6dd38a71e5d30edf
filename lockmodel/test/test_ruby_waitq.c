/* What the lock of Ruby 2.6 to 3.2 promises: who yields to a waiter does not get it back first. */
#include "team.h"
#include "test.h"

static void test_alone_it_never_gives_way(void **unused)
{
	(void)unused;
	struct lockmodel_stats stats = team_compute_alone("ruby_waitq:quantum=100us");
	assert_int_equal(stats.acquisitions, 1);
	assert_int_equal(stats.waited_ns, 0);
	assert_int_equal(stats.drops_honoured, 0);
}

/*
 * The forced switch: each interrupt that is seen makes its thread yield, and then another one has
 * the lock in between. Only a waiter interrupts, and it waits until the owner has given way.
 */
static void test_each_yield_is_a_switch(void **unused)
{
	(void)unused;
	struct hogs hogs = { .turns = 51 };
	struct team team = {
		.lock = team_lock("ruby_waitq:quantum=200us"),
		.run = team_hog,
		.shared = &hogs,
		.size = 4,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));

	uint64_t requests = 0;
	uint64_t drops = 0;
	for (int i = 0; i < team.size; i++) {
		const struct lockmodel_stats *stats = &team.members[i].stats;
		assert_true(stats->switches >= stats->drops_honoured);
		assert_int_equal(stats->acquisitions, 1 + stats->drops_honoured);
		requests += stats->drop_requests;
		drops += stats->drops_honoured;
	}
	assert_true(drops >= 50);
	assert_true(drops <= requests);
	lockmodel_destroy(team.lock);
}

/* Within the quantum, a waiter interrupts only a thread that went before it. Here none does. */
static void test_no_interrupt_within_the_quantum(void **unused)
{
	(void)unused;
	team_expect_no_requests("ruby_waitq:quantum=10s", 2);
}

/*
 * Barging: a thread that gives the lock up for a moment, though another one is queued, gets it back
 * if it is quick. An interrupt says that one is queued; the thread leaves it be, and does not
 * yield.
 */
static void barge_or_wait(struct member *member)
{
	int *stop = member->team->shared;
	struct lockmodel_stats stats;
	lockmodel_acquire(member->thread);
	if (member->index == 0) {
		while (!__atomic_load_n(member->thread->breaker, __ATOMIC_RELAXED)) {
		}
		lockmodel_read_stats(member->thread, &stats);
		uint64_t contended = stats.contended;
		lockmodel_release(member->thread);
		lockmodel_acquire(member->thread);
		lockmodel_read_stats(member->thread, &stats);
		member->result = stats.contended == contended;
		__atomic_store_n(stop, 1, __ATOMIC_RELAXED);
	}
	while (!__atomic_load_n(stop, __ATOMIC_RELAXED)) {
		lockmodel_checkpoint(member->thread, 3);
	}
	lockmodel_release(member->thread);
}

static bool barged(void)
{
	int stop = 0;
	struct team team = {
		.lock = team_lock("ruby_waitq:quantum=1ms"),
		.run = barge_or_wait,
		.shared = &stop,
		.size = 2,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	lockmodel_destroy(team.lock);
	return team.members[0].result;
}

static void test_a_quick_thread_goes_before_the_queue(void **unused)
{
	(void)unused;
	/* A round in which it was not quick enough tells nothing: until three that do. */
	for (int barges = 0; barges < 3;) {
		barges += barged();
	}
}

/*
 * A thread that begins a blocking call looks at its interrupt first, and yields to the waiter whose
 * it is: that one has the lock before the call begins.
 */
static void call_when_interrupted(struct member *member)
{
	int *called = member->team->shared;
	struct lockmodel_stats stats;
	lockmodel_acquire(member->thread);
	if (member->index == 0) {
		while (!__atomic_load_n(member->thread->breaker, __ATOMIC_RELAXED)) {
		}
		lockmodel_begin_blocking(member->thread);
		lockmodel_read_stats(member->thread, &stats);
		member->result =
			stats.drops_honoured == 1 && stats.acquisitions == 2 && stats.switches >= 1;
		__atomic_store_n(called, 1, __ATOMIC_RELAXED);
		lockmodel_end_blocking(member->thread);
	}
	while (!__atomic_load_n(called, __ATOMIC_RELAXED)) {
		lockmodel_checkpoint(member->thread, 3);
	}
	lockmodel_release(member->thread);
}

static void test_blocking_looks_first(void **unused)
{
	(void)unused;
	int called = 0;
	struct team team = {
		.lock = team_lock("ruby_waitq:quantum=1ms"),
		.run = call_when_interrupted,
		.shared = &called,
		.size = 2,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	assert_int_equal(team.members[0].result, 1);
	lockmodel_destroy(team.lock);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone_it_never_gives_way),
		cmocka_unit_test(test_each_yield_is_a_switch),
		cmocka_unit_test(test_no_interrupt_within_the_quantum),
		cmocka_unit_test(test_a_quick_thread_goes_before_the_queue),
		cmocka_unit_test(test_blocking_looks_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
