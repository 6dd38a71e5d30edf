/* The lock of CPython 2: when it yields depends on the number of ticks, and on nothing else. */
#include "conformance.h"
#include "release_syscalls.h"
#include "test.h"

/* How often a single thread releases and acquires the lock at its checkpoints. */
static uint64_t yields_after(const char *spec_text, int64_t checkpoints, int64_t ticks)
{
	return team_run_alone(spec_text, checkpoints, ticks).acquisitions - 1;
}

/* The counter starts at 0, so the first tick yields, and then every 101st. */
static void test_yield_every_101st_tick(void **unused)
{
	(void)unused;
	assert_int_equal(yields_after("cpython2", 0, 1), 0);
	assert_int_equal(yields_after("cpython2:lock=cond", 101 * 1000, 1), 1000);
	assert_int_equal(yields_after("cpython2", 1, 1), 1);
	assert_int_equal(yields_after("cpython2", 101, 1), 1);
	assert_int_equal(yields_after("cpython2", 102, 1), 2);
	assert_int_equal(yields_after("cpython2", 101 * 1000, 1), 1000);
	assert_int_equal(yields_after("cpython2:checkinterval=1", 1000, 1), 500);
	assert_int_equal(yields_after("cpython2:checkinterval=999", 100000, 1), 100);
}

/* Several ticks per checkpoint change when the thread yields, but not how often. */
static void test_several_ticks_per_checkpoint(void **unused)
{
	(void)unused;
	assert_int_equal(yields_after("cpython2", 101 * 1000, 3), 3000);
	assert_int_equal(yields_after("cpython2", 1010, 1000), 10000);
	assert_int_equal(yields_after("cpython2:checkinterval=1", 1000, 3), 1500);
}

/* The counter belongs to the lock: the second thread continues where the first one stopped. */
static void check_shared_counter(const char *spec_text)
{
	struct lockmodel_lock *lock = team_lock(spec_text);
	struct lockmodel_thread *first = lockmodel_attach(lock);
	struct lockmodel_thread *second = lockmodel_attach(lock);
	struct lockmodel_stats stats;

	lockmodel_acquire(first);
	lockmodel_checkpoint(first, 1); /* yields; 100 ticks are left */
	lockmodel_checkpoint(first, 60);
	lockmodel_begin_blocking(first);

	lockmodel_acquire(second);
	lockmodel_checkpoint(second, 40);
	lockmodel_read_stats(second, &stats);
	assert_int_equal(stats.acquisitions, 1);
	lockmodel_checkpoint(second, 1);
	lockmodel_read_stats(second, &stats);
	assert_int_equal(stats.acquisitions, 2);
	lockmodel_release(second);

	lockmodel_end_blocking(first);
	lockmodel_read_stats(first, &stats);
	assert_int_equal(stats.switches, 1);
	lockmodel_release(first);
	lockmodel_detach(first);
	lockmodel_detach(second);
	lockmodel_destroy(lock);
}

static void test_shared_counter(void **unused)
{
	(void)unused;
	check_shared_counter("cpython2");
	check_shared_counter("cpython2:lock=cond");
}

/* A thread yields whether or not others wait: four threads yield as often as one. */
static void check_contended_yields(const char *spec_text)
{
	struct team team = { .run = team_compute, .size = 4 };
	team_run_on(spec_text, &team);
	uint64_t ticks = 4 * 100000 * 3;
	assert_in_range(team_sum_acquisitions(&team) - 4, ticks / 101, ticks / 101 + 1);
	assert_int_equal(team_sum_requests(&team), 0);
	assert_int_equal(team_sum_drops(&team), 0);
}

static void test_waiters_do_not_change_the_number_of_yields(void **unused)
{
	(void)unused;
	check_contended_yields("cpython2");
	check_contended_yields("cpython2:lock=cond");
}

static void test_release_wakes_one_waiter(void **unused)
{
	(void)unused;
	release_syscalls_expect("cpython2", 1, 1);
	release_syscalls_expect("cpython2:lock=cond", 1, 1);
}

static void test_conformance_with_frequent_yields(void **unused)
{
	(void)unused;
	conformance_check("cpython2:checkinterval=1");
	conformance_check("cpython2:checkinterval=1:lock=cond");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_yield_every_101st_tick),
		cmocka_unit_test(test_several_ticks_per_checkpoint),
		cmocka_unit_test(test_shared_counter),
		cmocka_unit_test(test_waiters_do_not_change_the_number_of_yields),
		cmocka_unit_test(test_release_wakes_one_waiter),
		cmocka_unit_test(test_conformance_with_frequent_yields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
