/* Fields: which numbers of a line are accepted. */
#include "fields.h"
#include "test.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void test_fields(void **unused)
{
	(void)unused;
	static const struct {
		const char *line;
		bool valid;
	} lines[] = {
		{ "span 0 9223372036854775807", true },
		{ "span 007 1", true },
		{ "span 0 9223372036854775808", false },
		{ "span 0 99999999999999999999", false },
		{ "span 0 -1", false },
		{ "span 0 +1", false },
		{ "span 0  1", false },
		{ "span  0 1", false },
		{ "span 0 1 ", false },
		{ "span 0 1 2", false },
		{ "span 0 1x", false },
		{ "span 0 0x1", false },
		{ "span 0 1.5", false },
		{ "span 0 ", false },
		{ "span 0", false },
		{ "span", false },
		{ "spans 0 1", false },
		{ "", false },
	};
	for (size_t i = 0; i < LENGTH(lines); i++) {
		int64_t numbers[2];
		assert_int_equal(fields_parse(lines[i].line, "span", numbers, 2), lines[i].valid);
	}
	int64_t number;
	assert_true(fields_parse("a 9223372036854775807", "a", &number, 1));
	assert_int_equal(number, INT64_MAX);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
