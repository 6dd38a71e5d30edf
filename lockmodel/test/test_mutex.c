/* The plain mutex: it is released and acquired at every checkpoint. */
#include "release_syscalls.h"
#include "team.h"
#include "test.h"

static void test_every_checkpoint_yields(void **unused)
{
	(void)unused;
	struct lockmodel_stats stats = team_run_alone("mutex", 1000, 1);
	assert_int_equal(stats.acquisitions, 1001);
	assert_int_equal(stats.contended, 0);
	assert_int_equal(stats.switches, 0);
}

static void test_release_wakes_one_waiter(void **unused)
{
	(void)unused;
	release_syscalls_expect("mutex", 1, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_checkpoint_yields),
		cmocka_unit_test(test_release_wakes_one_waiter),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
