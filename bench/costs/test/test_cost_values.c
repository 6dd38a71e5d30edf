#include "cost_values.h"

#include "test.h"

static void test_summary(void **unused)
{
	(void)unused;
	static struct cost_values values;
	for (int i = 100; i >= 1; i--) {
		cost_values_add(&values, i);
	}
	const struct cost_summary summary = cost_values_summarise(&values);
	assert_true(summary.median_ns == 50.5);
	assert_true(summary.p10_ns == 10);
	assert_true(summary.p90_ns == 90);
	assert_true(summary.max_ns == 100);
}

static void test_one_value(void **unused)
{
	(void)unused;
	static struct cost_values values;
	cost_values_add(&values, 7);
	const struct cost_summary summary = cost_values_summarise(&values);
	assert_true(summary.median_ns == 7 && summary.p10_ns == 7);
	assert_true(summary.p90_ns == 7 && summary.max_ns == 7);
}

static void test_no_more_than_fit(void **unused)
{
	(void)unused;
	static struct cost_values values;
	for (int i = 0; i < COST_VALUES_MAX + 10; i++) {
		cost_values_add(&values, i);
	}
	assert_int_equal(values.count, COST_VALUES_MAX);
	assert_true(cost_values_summarise(&values).max_ns == COST_VALUES_MAX - 1);
}

static void count_calls(void *context, int count)
{
	int *calls = context;
	assert_int_equal(count, 1000);
	(*calls)++;
}

/* The first batch, which warms up, has no value. */
static void test_batches(void **unused)
{
	(void)unused;
	static struct cost_values values;
	int calls = 0;
	cost_values_add_batches(&values, count_calls, &calls, 1000);
	assert_true(calls > 1);
	assert_int_equal(values.count, calls - 1);
	for (size_t i = 0; i < values.count; i++) {
		assert_true(values.ns[i] >= 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_summary),
		cmocka_unit_test(test_one_value),
		cmocka_unit_test(test_no_more_than_fit),
		cmocka_unit_test(test_batches),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
