/* What is said of counters of the system, on either side of each limit. */
#include "clock.h"
#include "machine_judge.h"
#include "test.h"

#include <string.h>

/* Ten seconds on four processors, of which two have workers; nothing else happened. */
static struct machine_use quiet(void)
{
	struct machine_use use = { .pus = 4, .workers = 2 };
	use.before = (struct moment){
		.now_ns = 1000 * (int64_t)CLOCK_NS_PER_S,
		.has_time = true,
		.time = { .busy_ns = 77, .stolen_ns = 7 },
		.own_ns = 5,
		.has_throttled = true,
		.throttled = { .times = 3, .ns = 33 },
		.has_overheated = true,
		.overheated = 2,
	};
	use.after = use.before;
	use.after.now_ns += 10 * (int64_t)CLOCK_NS_PER_S;
	use.after.time.busy_ns += 15 * (int64_t)CLOCK_NS_PER_S;
	use.after.own_ns += 15 * (int64_t)CLOCK_NS_PER_S;
	return use;
}

static int64_t seconds(double number)
{
	return (int64_t)(number * CLOCK_NS_PER_S);
}

/* The verdict, and the number of findings. */
static void expect(const struct machine_use *use, const char *verdict, size_t count)
{
	struct findings findings = { 0 };
	machine_judge(use, &findings);
	assert_string_equal(findings_verdict(&findings), verdict);
	assert_int_equal(findings.count, count);
}

static void test_quiet(void **unused)
{
	(void)unused;
	struct machine_use use = quiet();
	expect(&use, "ok", 0);
	use.after.now_ns = use.before.now_ns;
	expect(&use, "ok", 0);
}

static void expect_load(double processors, int workers, const char *verdict, size_t count)
{
	struct machine_use use = quiet();
	use.workers = workers;
	use.after.time.busy_ns += seconds(10 * processors);
	expect(&use, verdict, count);
}

static void test_load_by_others(void **unused)
{
	(void)unused;
	expect_load(0.04, 2, "ok", 0);
	expect_load(0.06, 2, "ok", 1); /* a note */
	expect_load(0.19, 4, "ok", 1);
	/* There is room for it beside two workers, but not beside four. */
	expect_load(1.0, 2, "doubtful", 1);
	expect_load(2.1, 2, "disturbed", 1);
	expect_load(0.21, 4, "disturbed", 1);
}

static void test_stolen_time(void **unused)
{
	(void)unused;
	struct machine_use use = quiet();
	use.after.time.stolen_ns += seconds(0.19); /* of 40 */
	expect(&use, "ok", 0);
	use.after.time.stolen_ns += seconds(0.02);
	expect(&use, "doubtful", 1);
	use.after.time.stolen_ns += seconds(0.6);
	expect(&use, "disturbed", 1);
	use.after.has_time = false;
	expect(&use, "ok", 0);
}

static void test_throttled(void **unused)
{
	(void)unused;
	struct machine_use use = quiet();
	use.after.throttled.times++;
	use.after.throttled.ns += seconds(0.09);
	expect(&use, "doubtful", 1);
	use.after.throttled.ns += seconds(0.02);
	expect(&use, "disturbed", 1);
}

static void test_overheated(void **unused)
{
	(void)unused;
	struct machine_use use = quiet();
	use.after.overheated++;
	expect(&use, "disturbed", 1);
	use.before.has_overheated = false;
	expect(&use, "ok", 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quiet),
		cmocka_unit_test(test_load_by_others),
		cmocka_unit_test(test_stolen_time),
		cmocka_unit_test(test_throttled),
		cmocka_unit_test(test_overheated),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
