/*
 * Tests of countdown's pace: at any pace, the turns done, the checkpoints and the ticks are right.
 * How long a turn takes is not tested, since tests do not assert times.
 */
#include "kernel_suite.h"
#include "pace.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* Includes paces at which turns form groups, and counts that leave an incomplete group. */
static void test_countdown_counts_at_any_pace(void **unused)
{
	(void)unused;
	static const double turns_s[] = { KERNEL_TURN_MIN_S, 0.68e-9, 4.9e-9, 5.8e-9, 12.25e-9,
		KERNEL_TURN_MAX_S };
	struct suite_kernel ready;
	suite_kernel_init(&ready, "countdown", "none");
	for (size_t i = 0; i < LENGTH(turns_s); i++) {
		assert_int_equal(ready.kernel->set_pace(ready.data, turns_s[i]), 0);
		for (uint64_t count = 0; count < 310; count++) {
			assert_true(suite_run_bare(&ready, 7 * count, count) == count);
			assert_true(suite_run_polling(&ready, 7 * count, count) == count);
		}
	}
	suite_kernel_finish(&ready);
}

/* A pace out of range leaves the current one unchanged. */
static void test_paces_out_of_range(void **unused)
{
	(void)unused;
	static const double bad[] = { 0, -1e-9, 0.09e-9, 10.1e-6, 1, NAN, INFINITY };
	struct suite_kernel ready;
	suite_kernel_init(&ready, "countdown:turn=1ns", "mutex");
	suite_run_polling(&ready, 0, 1000);
	uint64_t before = ready.thread->stats.acquisitions;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		assert_int_equal(ready.kernel->set_pace(ready.data, bad[i]), -ERANGE);
	}
	suite_run_polling(&ready, 0, 1000);
	assert_int_equal(ready.thread->stats.acquisitions, 2 * before);
	suite_kernel_finish(&ready);
}

/* By as much as the blocks are scaled, to the next of the 128 groups of a period. */
static void test_scaling(void **unused)
{
	(void)unused;
	struct pace pace = { .turns = 2, .ticks = 3, .blocks = 4, .longer = 64 };
	pace_scale(&pace, 1);
	assert_true(pace.blocks == 4 && pace.longer == 64);
	pace_scale(&pace, 1.5); /* 6.75 blocks */
	assert_true(pace.blocks == 6 && pace.longer == 96);
	pace_scale(&pace, 0.75); /* 5.0625 blocks */
	assert_true(pace.blocks == 5 && pace.longer == 8);
	pace_scale(&pace, 1e-9);
	assert_true(pace.blocks == 0 && pace.longer == 0);
	assert_true(pace.turns == 2 && pace.ticks == 3);
}

static void check_bad_spec(const char *text)
{
	struct spec spec;
	struct error error = { "" };
	assert_int_equal(spec_parse(&spec, "kernel", kernel_form, text, &error), -EINVAL);
	assert_non_null(strstr(error.text, "turn must be "));
	assert_non_null(strstr(error.text, "from 1ns to 10us"));
}

static void test_bad_turns(void **unused)
{
	(void)unused;
	check_bad_spec("countdown:turn=0ns");
	check_bad_spec("countdown:turn=10001ns");
	check_bad_spec("countdown:turn=12");
	check_bad_spec("countdown:turn=1.5ns");
	check_bad_spec("countdown:turn=-1ns");
	check_bad_spec("countdown:turn=");
}

static void test_one_checkpoint_per_turn(void **unused)
{
	(void)unused;
	assert_int_equal(suite_count_acquisitions("countdown:turn=5ns", "mutex", 20, 40), 1 + 40);
	assert_int_equal(suite_count_acquisitions("countdown:turn=10us", "mutex", 20, 40), 1 + 40);
}

/* Turns of 1 ns form groups of ten and turns of 3 ns groups of three; the rest forms another. */
static void test_short_turns_share_a_checkpoint(void **unused)
{
	(void)unused;
	assert_int_equal(suite_count_acquisitions("countdown:turn=1ns", "mutex", 0, 9), 1 + 1);
	assert_int_equal(suite_count_acquisitions("countdown:turn=1ns", "mutex", 0, 10), 1 + 1);
	assert_int_equal(
		suite_count_acquisitions("countdown:turn=1ns", "mutex", 0, 12345), 1 + 1235);
	assert_int_equal(
		suite_count_acquisitions("countdown:turn=3ns", "mutex", 0, 3000), 1 + 1000);
	assert_int_equal(
		suite_count_acquisitions("countdown:turn=3ns", "mutex", 0, 3001), 1 + 1001);
}

/* Grouping does not change the total number of ticks. */
static void test_ticks(void **unused)
{
	(void)unused;
	suite_expect_ticks("countdown:turn=20ns", "cpython2", 101, 12345, UINT64_C(3) * 12345);
	suite_expect_ticks(
		"countdown:turn=2ns", "cpython2:checkinterval=10", 11, 12347, UINT64_C(3) * 12347);
	suite_expect_ticks("countdown:turn=1ns", "cpython2", 101, 101000, UINT64_C(3) * 101000);
	suite_expect_ticks(
		"countdown:turn=1ns", "cpython2:checkinterval=1", 2, 999, UINT64_C(3) * 999);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_countdown_counts_at_any_pace),
		cmocka_unit_test(test_paces_out_of_range),
		cmocka_unit_test(test_scaling),
		cmocka_unit_test(test_bad_turns),
		cmocka_unit_test(test_one_checkpoint_per_turn),
		cmocka_unit_test(test_short_turns_share_a_checkpoint),
		cmocka_unit_test(test_ticks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
