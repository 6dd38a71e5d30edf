/*
 * Tests of send times: equal seeds yield equal times, and the gaps are exponentially distributed.
 * The seeds are fixed, so the counts are always the same.
 */
#include "send_times.h"
#include "test.h"

#include <math.h>
#include <string.h>

enum { COUNT = 100000, MEAN_NS = 10000000 };

static int64_t times[COUNT];

/* The number of gaps that are at least `ns`. */
static size_t count_gaps(int64_t ns)
{
	size_t count = 0;
	for (size_t i = 0; i < COUNT; i++) {
		count += times[i] - (i ? times[i - 1] : 0) >= ns;
	}
	return count;
}

/* Within four standard deviations of a binomial count. */
static void expect_share(size_t count, double share)
{
	double off = (double)count - COUNT * share;
	assert_true(fabs(off) <= 4 * sqrt(COUNT * share * (1 - share)));
}

/* A gap is at least x times the mean with probability exp(-x). */
static void test_gaps_are_exponential(void **unused)
{
	(void)unused;
	send_times_fill(times, COUNT, MEAN_NS, 0, 1);
	assert_true(times[0] >= 0);
	for (size_t i = 1; i < COUNT; i++) {
		assert_true(times[i] >= times[i - 1]);
	}
	/* The standard deviation of an exponential gap is its mean. */
	double mean = (double)times[COUNT - 1] / COUNT;
	assert_true(fabs(mean / MEAN_NS - 1) <= 4 / sqrt(COUNT));
	for (double x = 0.01; x < 6; x *= 2) {
		expect_share(count_gaps((int64_t)(x * MEAN_NS)), exp(-x));
	}
}

/* Messages do not keep in step with a period: they fall into all its tenths alike. */
static void test_phases_are_uniform(void **unused)
{
	(void)unused;
	static const int64_t period_ns = 5 * MEAN_NS;
	size_t counts[10] = { 0 };
	send_times_fill(times, COUNT, MEAN_NS, 0, 2);
	for (size_t i = 0; i < COUNT; i++) {
		counts[times[i] % period_ns * 10 / period_ns]++;
	}
	for (size_t i = 0; i < 10; i++) {
		expect_share(counts[i], 0.1);
	}
}

static void test_seeds(void **unused)
{
	(void)unused;
	int64_t again[3];
	int64_t other[3];
	send_times_fill(times, 3, MEAN_NS, MEAN_NS, 7);
	send_times_fill(again, 3, MEAN_NS, MEAN_NS, 7);
	send_times_fill(other, 3, MEAN_NS, MEAN_NS, 8);
	assert_memory_equal(again, times, sizeof(again));
	for (size_t i = 0; i < 3; i++) {
		assert_true(other[i] != times[i]);
	}
}

/* The delay before the first message is uniform, and does not change the gaps. */
static void test_the_first_message_is_delayed(void **unused)
{
	(void)unused;
	enum { TRIES = 1000 };
	static const int64_t phase_ns = 8 * INT64_C(1000000000);
	double sum = 0;
	for (uint64_t seed = 0; seed < TRIES; seed++) {
		int64_t delayed[2];
		int64_t plain[2];
		send_times_fill(delayed, 2, MEAN_NS, phase_ns, seed);
		send_times_fill(plain, 2, MEAN_NS, 0, seed);
		int64_t delay_ns = delayed[0] - plain[0];
		assert_in_range(delay_ns + 1, 0, phase_ns + 1);
		/* Both are rounded down. */
		assert_in_range(delayed[1] - plain[1] - delay_ns + 1, 0, 2);
		sum += (double)delay_ns / (double)phase_ns;
	}
	/* The standard deviation of a uniform share is the root of 1/12. */
	assert_true(fabs(sum / TRIES - 0.5) <= 4 / sqrt(12.0 * TRIES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gaps_are_exponential),
		cmocka_unit_test(test_phases_are_uniform),
		cmocka_unit_test(test_seeds),
		cmocka_unit_test(test_the_first_message_is_delayed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
