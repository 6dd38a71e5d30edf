/* The lock of Ruby 2.6 to 3.2: a thread that yields to a waiter does not get it back first. */
#include "conformance.h"
#include "release_syscalls.h"
#include "test.h"

static void test_no_yield_alone(void **unused)
{
	(void)unused;
	team_expect_no_yield_alone("ruby_waitq:quantum=100us");
}

/*
 * The forced switch: a thread yields at each interrupt that it polls, and another one has the lock
 * before it gets it back. Only a waiter interrupts, and it waits until the owner has yielded.
 */
static void test_each_yield_is_a_switch(void **unused)
{
	(void)unused;
	struct hogs hogs = { .turns = 51 };
	struct team team = { .run = team_hog, .shared = &hogs, .size = 4 };
	team_run_on("ruby_waitq:quantum=200us", &team);
	for (int i = 0; i < team.size; i++) {
		const struct lockmodel_stats *stats = &team.members[i].stats;
		assert_true(stats->switches >= stats->drops_honoured);
		assert_int_equal(stats->acquisitions, 1 + stats->drops_honoured);
	}
	assert_true(team_sum_drops(&team) >= 50);
	assert_true(team_sum_drops(&team) <= team_sum_requests(&team));
}

/* Before the quantum has passed, a waiter interrupts only a thread that barged; here none does. */
static void test_no_interrupt_within_the_quantum(void **unused)
{
	(void)unused;
	team_expect_no_requests("ruby_waitq:quantum=10s", 2);
}

/*
 * Barging: a thread that releases the lock and acquires it again at once can get it before the
 * thread that is queued. The interrupt shows that one is queued; the thread does not yield to it.
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
	struct team team = { .run = barge_or_wait, .shared = &stop, .size = 2 };
	team_run_on("ruby_waitq:quantum=1ms", &team);
	return team.members[0].result;
}

static void test_barging(void **unused)
{
	(void)unused;
	/* Barging is possible, not certain: try until it has succeeded three times. */
	for (int barges = 0; barges < 3;) {
		barges += barged();
	}
}

/*
 * A thread that begins a blocking region polls its interrupt first, and yields to the waiter that
 * set it: the waiter has the lock before the region begins.
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

static void test_blocking_polls_first(void **unused)
{
	(void)unused;
	int called = 0;
	struct team team = { .run = call_when_interrupted, .shared = &called, .size = 2 };
	team_run_on("ruby_waitq:quantum=1ms", &team);
	assert_int_equal(team.members[0].result, 1);
}

/*
 * The waiter may run into the mutex that the releasing thread still holds while it signals: then
 * unlocking it is a second system call.
 */
static void test_release_wakes_one_waiter(void **unused)
{
	(void)unused;
	release_syscalls_expect("ruby_waitq:quantum=10s", 1, 2);
}

static void test_conformance_with_frequent_yields(void **unused)
{
	(void)unused;
	conformance_check("ruby_waitq:quantum=200us");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_yield_alone),
		cmocka_unit_test(test_each_yield_is_a_switch),
		cmocka_unit_test(test_no_interrupt_within_the_quantum),
		cmocka_unit_test(test_barging),
		cmocka_unit_test(test_blocking_polls_first),
		cmocka_unit_test(test_release_wakes_one_waiter),
		cmocka_unit_test(test_conformance_with_frequent_yields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
