#include "pattern.h"

#include "test.h"

#include <string.h>

enum { LONGEST = 1000 };

/* Wherever a block begins, it continues the one before it. */
static void test_blocks_continue_each_other(void **unused)
{
	(void)unused;
	struct pattern pattern;
	assert_int_equal(pattern_init(&pattern, LONGEST), 0);
	for (int64_t at = 0; at < 2 * LONGEST; at++) {
		for (size_t i = 0; i < LONGEST; i++) {
			assert_int_equal(pattern_at(&pattern, at)[i],
				pattern_at(&pattern, at + (int64_t)i)[0]);
		}
	}
	pattern_finish(&pattern);
}

/* Blocks of a power of two that change places, or of which one is lost, are told apart. */
static void test_blocks_differ(void **unused)
{
	(void)unused;
	struct pattern pattern;
	assert_int_equal(pattern_init(&pattern, LONGEST), 0);
	for (int64_t block = 64; block <= INT64_C(1) << 30; block *= 2) {
		assert_memory_not_equal(
			pattern_at(&pattern, 0), pattern_at(&pattern, block), LONGEST);
		assert_memory_not_equal(
			pattern_at(&pattern, block), pattern_at(&pattern, 2 * block), LONGEST);
	}
	pattern_finish(&pattern);
}

static void test_memory_that_there_is_not(void **unused)
{
	(void)unused;
	struct pattern pattern;
	assert_true(pattern_init(&pattern, SIZE_MAX / 2) < 0);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_blocks_continue_each_other),
		cmocka_unit_test(test_blocks_differ),
		cmocka_unit_test(test_memory_that_there_is_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
