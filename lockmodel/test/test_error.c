/* Error texts: valid UTF-8 without control characters, cut only between characters. */
#include "error.h"
#include "test.h"

#include <errno.h>
#include <string.h>

static void expect_clean(const char *given, const char *expected)
{
	struct error error;
	assert_int_equal(error_set(&error, -EINVAL, "'%s'", given), -EINVAL);
	char quoted[ERROR_TEXT_MAX];
	snprintf(quoted, sizeof(quoted), "'%s'", expected);
	assert_string_equal(error.text, quoted);
}

static void test_valid_text_is_kept(void **unused)
{
	(void)unused;
	static const char *const texts[] = { "", "plain ~", "\xc2\xa0", "\xdf\xbf", "\xe0\xa0\x80",
		"\xed\x9f\xbf", "\xee\x80\x80", "\xef\xbf\xbf", "\xf0\x90\x80\x80",
		"\xf4\x8f\xbf\xbf", "gr\xc3\xbc\xc3\x9f" };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char copy[32];
		expect_clean(texts[i], texts[i]);
		strcpy(copy, texts[i]);
		assert_true(error_clean(copy));
	}
}

static void test_control_characters_are_replaced(void **unused)
{
	(void)unused;
	expect_clean("a\nb\tc", "a?b?c");
	expect_clean("\x1b[31mred", "?[31mred");
	expect_clean("\x01\x1f\x7f", "???");
	expect_clean("\xc2\x80 \xc2\x9b", "?? ??"); /* C1 */
}

static void test_invalid_utf8_is_replaced(void **unused)
{
	(void)unused;
	expect_clean("a\xff\xfe", "a??");
	expect_clean("\x80z", "?z");
	expect_clean("\xc3z", "?z");                     /* cut short */
	expect_clean("z\xf0\x9f\x98", "z???");           /* cut short by the end */
	expect_clean("\xc0\xaf \xe0\x80\xaf", "?? ???"); /* overlong */
	expect_clean("\xf0\x80\x80\xaf", "????");
	expect_clean("\xed\xa0\x80", "???"); /* a surrogate */
	expect_clean("\xf4\x90\x80\x80", "????");
	expect_clean("\xf8\x88\x80\x80\x80", "?????");
	expect_clean("\xe2\x82\xc3\xbc", "??\xc3\xbc");
}

/* A text of two-, three- and four-byte characters, at each offset from the end of the buffer. */
static void check_cut(const char *character)
{
	size_t size = strlen(character);
	for (size_t offset = 0; offset < size; offset++) {
		struct error error;
		char copy[ERROR_TEXT_MAX];
		char text[2 * ERROR_TEXT_MAX] = "";
		memset(text, '.', offset);
		while (strlen(text) < ERROR_TEXT_MAX + 8) {
			strcat(text, character);
		}
		error_set(&error, -EINVAL, "%s", text);
		size_t length = strlen(error.text);
		assert_in_range(length, ERROR_TEXT_MAX - size, ERROR_TEXT_MAX - 1);
		assert_memory_equal(error.text, text, length);
		strcpy(copy, error.text);
		assert_true(error_clean(copy));
		assert_null(strchr(error.text, '?'));
	}
}

static void test_long_text_is_cut_between_characters(void **unused)
{
	(void)unused;
	check_cut("x");
	check_cut("\xc3\xbc");
	check_cut("\xe2\x82\xac");
	check_cut("\xf0\x9f\x98\x80");
}

/* A lone continuation byte has no character to go back to. */
static void test_long_invalid_text_is_cut_at_the_end(void **unused)
{
	(void)unused;
	struct error error;
	char text[2 * ERROR_TEXT_MAX];
	memset(text, 0x80, sizeof(text));
	text[sizeof(text) - 1] = '\0';
	error_set(&error, -EINVAL, "%s", text);
	assert_int_equal(strlen(error.text), ERROR_TEXT_MAX - 1);
	assert_int_equal(strspn(error.text, "?"), ERROR_TEXT_MAX - 1);
}

static void test_system_message_is_kept(void **unused)
{
	(void)unused;
	struct error error;
	static const char reason[] = ": No such file or directory";
	assert_int_equal(error_system(&error, -ENOENT, "cannot open '%s'", "a\nb"), -ENOENT);
	assert_string_equal(error.text, "cannot open 'a?b': No such file or directory");

	char path[2 * ERROR_TEXT_MAX];
	memset(path, 'x', sizeof(path));
	path[sizeof(path) - 1] = '\0';
	error_system(&error, -ENOENT, "cannot open '%s'", path);
	assert_int_equal(strlen(error.text), ERROR_TEXT_MAX - 1);
	assert_string_equal(error.text + ERROR_TEXT_MAX - sizeof(reason), reason);
}

static void test_arguments_may_be_the_text_itself(void **unused)
{
	(void)unused;
	struct error error;
	error_set(&error, -EINVAL, "unknown name");
	error_set(&error, -EINVAL, "--lock: %s", error.text);
	assert_string_equal(error.text, "--lock: unknown name");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid_text_is_kept),
		cmocka_unit_test(test_control_characters_are_replaced),
		cmocka_unit_test(test_invalid_utf8_is_replaced),
		cmocka_unit_test(test_long_text_is_cut_between_characters),
		cmocka_unit_test(test_long_invalid_text_is_cut_at_the_end),
		cmocka_unit_test(test_system_message_is_kept),
		cmocka_unit_test(test_arguments_may_be_the_text_itself),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
