/* The command line as text: what is quoted, and what does not fit. */
#include "command_line.h"

#include "test.h"

#include <string.h>

static void expect_printed(const char *word, const char *printed)
{
	char text[256];
	char *const words[] = { (char *)"gilbench", (char *)word };
	char expected[256];
	snprintf(expected, sizeof(expected), "gilbench %s", printed);
	command_line_print(text, sizeof(text), 2, words);
	assert_string_equal(text, expected);
}

static void test_quotes(void **unused)
{
	(void)unused;
	expect_printed("--lock=cpython3:interval=5ms,none", "--lock=cpython3:interval=5ms,none");
	expect_printed("/opt/python2.7/bin/python", "/opt/python2.7/bin/python");
	expect_printed("", "''");
	expect_printed("taskset -c 0 ruby", "'taskset -c 0 ruby'");
	expect_printed("$x", "'$x'");
	expect_printed("a*", "'a*'");
	expect_printed("it's", "'it'\\''s'");
	expect_printed("'", "''\\'''");
	expect_printed("\xc3\xbc", "'\xc3\xbc'");
}

static void test_sizes(void **unused)
{
	static char *const words[] = { (char *)"gilbench", (char *)"--quick", (char *)"a b" };
	static const char whole[] = "gilbench --quick 'a b'";
	char text[64];
	(void)unused;
	command_line_print(text, sizeof(text), 0, words);
	assert_string_equal(text, "");
	/* Room is kept for the dots, whether they are needed or not. */
	command_line_print(text, sizeof(whole) + 3, 3, words);
	assert_string_equal(text, whole);
	for (size_t size = 4; size < sizeof(whole) + 3; size++) {
		command_line_print(text, size, 3, words);
		size_t length = strlen(text);
		assert_true(length < size && length >= 3);
		assert_string_equal(text + length - 3, "...");
		assert_memory_equal(text, whole, length - 3);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_sizes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
