/*
 * The pace of countdown: whatever it is, each turn is done, counted and polled as without one. How
 * long a turn takes is no matter of counting, and is not tested here.
 */
#include "kernel_suite.h"

#include <errno.h>
#include <math.h>
#include <string.h>

/* Also where turns are done several at a time, and some are left at the end. */
static void test_countdown_counts_at_any_pace(void **unused)
{
	(void)unused;
	static const double turns_s[] = { KERNEL_TURN_MIN_S, 0.68e-9, 4.9e-9, 5.8e-9, 12.25e-9,
		KERNEL_TURN_MAX_S };
	struct subject subject;
	set_up(&subject, "countdown", "none");
	for (size_t i = 0; i < LENGTH(turns_s); i++) {
		assert_int_equal(subject.kernel->set_pace(subject.data, turns_s[i]), 0);
		for (uint64_t count = 0; count < 310; count++) {
			assert_true(run_bare(&subject, 7 * count, count) == count);
			assert_true(run_polling(&subject, 7 * count, count) == count);
		}
	}
	tear_down(&subject);
}

/* A pace that cannot be leaves the one there is. */
static void test_paces_out_of_range(void **unused)
{
	(void)unused;
	static const double bad[] = { 0, -1e-9, 0.09e-9, 10.1e-6, 1, NAN, INFINITY };
	struct subject subject;
	set_up(&subject, "countdown:turn=1ns", "mutex");
	run_polling(&subject, 0, 1000);
	uint64_t before = subject.thread->stats.acquisitions;
	for (size_t i = 0; i < LENGTH(bad); i++) {
		assert_int_equal(subject.kernel->set_pace(subject.data, bad[i]), -ERANGE);
	}
	run_polling(&subject, 0, 1000);
	assert_int_equal(subject.thread->stats.acquisitions, 2 * before);
	tear_down(&subject);
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

static void test_one_poll_per_turn(void **unused)
{
	(void)unused;
	assert_int_equal(count_acquisitions("countdown:turn=5ns", "mutex", 20, 40), 1 + 40);
	assert_int_equal(count_acquisitions("countdown:turn=10us", "mutex", 20, 40), 1 + 40);
}

/* Of turns of 1 ns, ten share a poll, those that are left at the end another; of 3 ns, three. */
static void test_short_turns_share_a_poll(void **unused)
{
	(void)unused;
	assert_int_equal(count_acquisitions("countdown:turn=1ns", "mutex", 0, 9), 1 + 1);
	assert_int_equal(count_acquisitions("countdown:turn=1ns", "mutex", 0, 10), 1 + 1);
	assert_int_equal(count_acquisitions("countdown:turn=1ns", "mutex", 0, 12345), 1 + 1235);
	assert_int_equal(count_acquisitions("countdown:turn=3ns", "mutex", 0, 3000), 1 + 1000);
	assert_int_equal(count_acquisitions("countdown:turn=3ns", "mutex", 0, 3001), 1 + 1001);
}

/* The sum of all ticks is the same, however they come. */
static void test_ticks(void **unused)
{
	(void)unused;
	check_ticks("countdown:turn=20ns", "cpython2", 101, 12345, UINT64_C(3) * 12345);
	check_ticks(
		"countdown:turn=2ns", "cpython2:checkinterval=10", 11, 12347, UINT64_C(3) * 12347);
	check_ticks("countdown:turn=1ns", "cpython2", 101, 101000, UINT64_C(3) * 101000);
	check_ticks("countdown:turn=1ns", "cpython2:checkinterval=1", 2, 999, UINT64_C(3) * 999);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_countdown_counts_at_any_pace),
		cmocka_unit_test(test_paces_out_of_range),
		cmocka_unit_test(test_bad_turns),
		cmocka_unit_test(test_one_poll_per_turn),
		cmocka_unit_test(test_short_turns_share_a_poll),
		cmocka_unit_test(test_ticks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
