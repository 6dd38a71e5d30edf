/* What PyPy's lock promises: it changes hands when a count is reached, and hardly ever before. */
#include "team.h"
#include "test.h"

/* With nobody waiting, a check is nothing. */
static void test_alone_it_never_gives_way(void **unused)
{
	(void)unused;
	struct lockmodel_stats stats = team_compute_alone("pypy:checkinterval=1");
	assert_int_equal(stats.acquisitions, 1);
	assert_int_equal(stats.contended, 0);
	assert_int_equal(stats.waited_ns, 0);
}

/* Time has no part in it: threads that stay below the interval run one after the other. */
static void test_no_hand_over_before_the_count(void **unused)
{
	(void)unused;
	struct team team = {
		.lock = team_lock("pypy:checkinterval=1000000000:poll=1us"),
		.run = team_compute,
		.size = 4,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	assert_int_equal(team_sum_acquisitions(&team), 4);
	lockmodel_destroy(team.lock);
}

/* A check comes with every 10001st bytecode at the earliest: there cannot be more switches. */
static void test_switches_are_bounded_by_the_count(void **unused)
{
	(void)unused;
	struct team team = { .lock = team_lock("pypy"), .run = team_compute, .size = 4 };
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	uint64_t bytecodes = 4 * 100000 * 3 * 3;
	assert_in_range(team_sum_acquisitions(&team), 4, 4 + bytecodes / 10001);
	lockmodel_destroy(team.lock);
}

/*
 * Two threads take turns at each check that finds the other one waiting, and the one that gave way
 * gets the lock back at once only if it was in the queue before the other, which was late.
 */
static void test_a_check_is_a_hand_over(void **unused)
{
	(void)unused;
	struct hogs hogs = { .turns = 101 };
	struct team team = {
		.lock = team_lock("pypy:checkinterval=100000"),
		.run = team_hog,
		.shared = &hogs,
		.size = 2,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	const struct lockmodel_stats *stats = &team.members[0].stats;
	assert_true(stats->acquisitions >= 101);
	assert_true(stats->contended >= 100);
	assert_in_range(stats->switches, 1, stats->acquisitions);
	assert_int_equal(stats->drop_requests, 0);
	lockmodel_destroy(team.lock);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone_it_never_gives_way),
		cmocka_unit_test(test_no_hand_over_before_the_count),
		cmocka_unit_test(test_switches_are_bounded_by_the_count),
		cmocka_unit_test(test_a_check_is_a_hand_over),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
