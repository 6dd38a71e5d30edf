/* The median of odd and even numbers of values, in any order. */
#include "median.h"
#include "test.h"

static void test_median(void **unused)
{
	(void)unused;
	double values[] = { 8, -2, 1, 4 };
	assert_true(median_of(values, 1) == 8);
	assert_true(median_of(values, 2) == 3);
	assert_true(median_of(values, 3) == 1);
	assert_true(median_of(values, 4) == 2.5);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_median),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
