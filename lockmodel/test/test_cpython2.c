/* What the tick lock promises: when it gives way is a matter of counting, and of nothing else. */
#include "team.h"
#include "test.h"

/* One thread alone: every acquisition after the first is a check. */
static uint64_t checks_after(const char *spec_text, int64_t checkpoints, int64_t ticks)
{
	struct lockmodel_lock *lock = team_lock(spec_text);
	assert_non_null(lock);
	struct lockmodel_thread *thread = lockmodel_attach(lock);
	struct lockmodel_stats stats;

	lockmodel_acquire(thread);
	for (int64_t i = 0; i < checkpoints; i++) {
		lockmodel_checkpoint(thread, ticks);
	}
	lockmodel_release(thread);
	lockmodel_read_stats(thread, &stats);
	lockmodel_detach(thread);
	lockmodel_destroy(lock);
	return stats.acquisitions - 1;
}

/* The counter starts at 0, so the first counted opcode is a check, and then every 101st. */
static void test_every_101st_tick(void **unused)
{
	(void)unused;
	assert_int_equal(checks_after("cpython2", 0, 1), 0);
	assert_int_equal(checks_after("cpython2:lock=cond", 101 * 1000, 1), 1000);
	assert_int_equal(checks_after("cpython2", 1, 1), 1);
	assert_int_equal(checks_after("cpython2", 101, 1), 1);
	assert_int_equal(checks_after("cpython2", 102, 1), 2);
	assert_int_equal(checks_after("cpython2", 101 * 1000, 1), 1000);
	assert_int_equal(checks_after("cpython2:checkinterval=1", 1000, 1), 500);
	assert_int_equal(checks_after("cpython2:checkinterval=999", 100000, 1), 100);
}

/* Several ticks at a time change when a check comes, never how many come. */
static void test_ticks_in_bundles(void **unused)
{
	(void)unused;
	assert_int_equal(checks_after("cpython2", 101 * 1000, 3), 3000);
	assert_int_equal(checks_after("cpython2", 1010, 1000), 10000);
	assert_int_equal(checks_after("cpython2:checkinterval=1", 1000, 3), 1500);
}

/* The counter is the lock's, not the thread's: a second thread counts on where the first left. */
static void check_one_counter_for_all(const char *spec_text)
{
	struct lockmodel_lock *lock = team_lock(spec_text);
	assert_non_null(lock);
	struct lockmodel_thread *first = lockmodel_attach(lock);
	struct lockmodel_thread *second = lockmodel_attach(lock);
	struct lockmodel_stats stats;

	lockmodel_acquire(first);
	lockmodel_checkpoint(first, 1); /* a check; 100 ticks are left */
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

static void test_one_counter_for_all(void **unused)
{
	(void)unused;
	check_one_counter_for_all("cpython2");
	check_one_counter_for_all("cpython2:lock=cond");
}

static void spin(struct member *member)
{
	lockmodel_acquire(member->thread);
	for (int i = 0; i < 200000; i++) {
		lockmodel_checkpoint(member->thread, 3);
	}
	lockmodel_release(member->thread);
}

/* It checks whether or not anybody waits, so the number of checks is the same with four threads. */
static void check_number_of_checks(const char *spec_text)
{
	struct team team = { .lock = team_lock(spec_text), .run = spin, .size = 4 };
	assert_non_null(team.lock);
	assert_true(team_run(&team));

	uint64_t ticks = 4 * 200000 * 3;
	uint64_t checks = team_sum_acquisitions(&team) - 4;
	assert_in_range(checks, ticks / 101, ticks / 101 + 1);
	for (int i = 0; i < team.size; i++) {
		assert_int_equal(team.members[i].stats.drop_requests, 0);
		assert_int_equal(team.members[i].stats.drops_honoured, 0);
	}
	lockmodel_destroy(team.lock);
}

static void test_checks_do_not_depend_on_threads(void **unused)
{
	(void)unused;
	check_number_of_checks("cpython2");
	check_number_of_checks("cpython2:lock=cond");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_101st_tick),
		cmocka_unit_test(test_ticks_in_bundles),
		cmocka_unit_test(test_one_counter_for_all),
		cmocka_unit_test(test_checks_do_not_depend_on_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
