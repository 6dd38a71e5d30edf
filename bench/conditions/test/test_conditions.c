/* Moments: what is read of the system's counters, and that a measurement is judged by them. */
#include "conditions.h"
#include "made_up.h"
#include "test.h"

#include <string.h>

#define V2 "/sys/fs/cgroup/"

/* A golden_function: ticks of the processors' time, in the unit of /proc/stat of 10 ms. */
static bool read_time(const char *root, char *text, size_t size)
{
	struct moment moment;
	moment_read(&moment, root, made_up_placement);
	snprintf(text, size, "busy %lld stolen %lld", (long long)(moment.time.busy_ns / 10000000),
		(long long)(moment.time.stolen_ns / 10000000));
	return moment.has_time;
}

static const struct golden times[] = {
	{ NULL, { { "/proc/version", "" } } },
	/* One of the placement's two processors is missing. */
	{ NULL, { { "/proc/stat", "cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 1 2 3 4 5 6 7 8 9 9\n" } } },
	/* user + nice + system + irq + softirq; the third processor is not the placement's. */
	{ "busy 138 stolen 28", { { "/proc/stat", "cpu  999 9 9 9 9 9 9 9 9 9\n"
						  "cpu0 1 2 3 4 5 6 7 8 9 9\n"
						  "cpu1 10 21 32 43 54 30 26 20 9 9\n"
						  "cpu2 1000 1000 1000 1000 0 0 0 1000 0 0\n"
						  "intr 12345\n" } } },
};

static void test_processor_time(void **unused)
{
	(void)unused;
	golden_check(times, LENGTH(times), read_time);
}

static bool read_throttled(const char *root, char *text, size_t size)
{
	struct moment moment;
	moment_read(&moment, root, made_up_placement);
	snprintf(text, size, "%lld times, %lld us", (long long)moment.throttled.times,
		(long long)(moment.throttled.ns / 1000));
	return moment.has_throttled;
}

static const struct golden throttled[] = {
	{ NULL, { { "/proc/self/cgroup", "0::/\n" } } },
	/* The process's group and the one above it. */
	{ "5 times, 7000 us", { { "/proc/self/cgroup", "0::/a/b\n" }, { V2 "cgroup.procs", "" },
				      { V2 "a/b/cpu.stat", "usage_usec 1\nnr_throttled 2\n"
							   "throttled_usec 3000\n" },
				      { V2 "a/cpu.stat", "nr_throttled 3\nthrottled_usec 4000\n" },
				      { V2 "c/cpu.stat", "nr_throttled 100\n" } } },
};

static void test_throttling(void **unused)
{
	(void)unused;
	golden_check(throttled, LENGTH(throttled), read_throttled);
}

/* This machine: its counters grow, and what they say is judged without an error. */
static void test_conditions_of_this_machine(void **unused)
{
	(void)unused;
	const struct plan plan = { .placement = made_up_placement };
	struct conditions conditions;
	struct findings findings = { 0 };
	struct moment after;
	conditions_begin(&conditions, "", made_up_placement);
	do {
		moment_read(&after, "", made_up_placement);
	} while (after.own_ns - conditions.before.own_ns < 50000000);
	assert_true(after.now_ns > conditions.before.now_ns);
	conditions_end(&conditions, &plan, &findings);
	assert_non_null(findings_verdict(&findings));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_processor_time),
		cmocka_unit_test(test_throttling),
		cmocka_unit_test(test_conditions_of_this_machine),
	};
	return cmocka_run_group_tests(tests, made_up_begin, made_up_end);
}
