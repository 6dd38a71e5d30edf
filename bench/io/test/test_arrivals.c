/*
 * Tests of arrivals: distinct messages keep their first latency, all others are only counted.
 */
#include "arrivals.h"
#include "loadgen.h"
#include "test.h"

#include <stdlib.h>

static struct arrivals *create(size_t expected)
{
	struct arrivals *arrivals = malloc(arrivals_size(expected));
	assert_non_null(arrivals);
	arrivals_init(arrivals, expected);
	return arrivals;
}

static void test_none(void **unused)
{
	(void)unused;
	struct arrivals *arrivals = create(0);
	arrivals_note(arrivals, 0, 10);
	arrivals_close(arrivals);
	assert_int_equal(arrivals->arrived, 0);
	assert_int_equal(arrivals->unknown, 1);
	free(arrivals);
}

static void test_missing_and_repeated(void **unused)
{
	(void)unused;
	static const int64_t kept[] = { 10, 30, 40 };
	struct arrivals *arrivals = create(5);
	arrivals_note(arrivals, 3, 40);
	arrivals_note(arrivals, 0, 10);
	arrivals_note(arrivals, 3, 41);
	arrivals_note(arrivals, 2, 30);
	arrivals_note(arrivals, 3, 42);
	assert_int_equal(arrivals->arrived, 3);
	assert_int_equal(arrivals->duplicated, 2);
	assert_int_equal(arrivals->unknown, 0);
	arrivals_close(arrivals);
	assert_memory_equal(arrivals->latency_ns, kept, sizeof(kept));
	free(arrivals);
}

static void test_unknown_messages(void **unused)
{
	(void)unused;
	struct arrivals *arrivals = create(5);
	arrivals_note(arrivals, 5, 50);
	arrivals_note(arrivals, LOADGEN_END - 1, 50);
	arrivals_note(arrivals, 4, 40);
	assert_int_equal(arrivals->arrived, 1);
	assert_int_equal(arrivals->unknown, 2);
	arrivals_close(arrivals);
	assert_int_equal(arrivals->latency_ns[0], 40);
	free(arrivals);
}

/* Also latencies that look unusual: 0, and negative ones after the clock was set back. */
static void test_all_arrive(void **unused)
{
	(void)unused;
	static const int64_t kept[] = { 0, -1, 2 };
	struct arrivals *arrivals = create(3);
	for (uint64_t i = 3; i-- > 0;) {
		arrivals_note(arrivals, i, kept[i]);
	}
	arrivals_close(arrivals);
	assert_int_equal(arrivals->arrived, 3);
	assert_memory_equal(arrivals->latency_ns, kept, sizeof(kept));
	free(arrivals);
}

/* A message that is forgotten counts as one that has not arrived. */
static void test_forgetting(void **unused)
{
	(void)unused;
	struct arrivals *arrivals = create(3);
	arrivals_note(arrivals, 0, 10);
	arrivals_note(arrivals, 2, 30);
	arrivals_forget(arrivals, 0);
	arrivals_forget(arrivals, 1);
	assert_int_equal(arrivals->arrived, 1);
	arrivals_close(arrivals);
	assert_int_equal(arrivals->latency_ns[0], 30);
	free(arrivals);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_missing_and_repeated),
		cmocka_unit_test(test_unknown_messages),
		cmocka_unit_test(test_all_arrive),
		cmocka_unit_test(test_forgetting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
