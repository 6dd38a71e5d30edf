/* Text made safe: what is replaced, and what stays. */
#include "test.h"
#include "text.h"

#include <string.h>

static void test_printable(void **unused)
{
	(void)unused;
	char text[] = "a ~\t\x7f\xc3\xa4\x01";
	text_make_printable(text);
	assert_string_equal(text, "a ~?????");
}

static void check_utf8(const char *before, const char *after)
{
	char text[64];
	snprintf(text, sizeof(text), "%s", before);
	text_make_valid_utf8(text);
	assert_string_equal(text, after);
}

static void test_valid_utf8_stays(void **unused)
{
	(void)unused;
	static const char *const texts[] = {
		"", "Intel(R) Xeon(R) \"x\\y\" ~",
		"\xc2\xa0\xc3\xa4\xdf\xbf",             /* U+00A0, U+00E4, U+07FF */
		"\xe0\xa0\x80\xed\x9f\xbf\xee\x80\x80", /* U+0800, U+D7FF, U+E000 */
		"\xef\xbf\xbd\xf0\x90\x80\x80",         /* U+FFFD, U+10000 */
		"\xf4\x8f\xbf\xbf",                     /* U+10FFFF */
		"z\xcc\x88-\xf0\x9f\x90\x8d",           /* a combining character, a snake */
	};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		check_utf8(texts[i], texts[i]);
	}
}

static void test_control_characters_are_replaced(void **unused)
{
	(void)unused;
	check_utf8("a\x1b[31mb\tc\nx\x7f", "a?[31mb?c?x?");
	/* C1: U+0080 and U+009F, one character each. */
	check_utf8("\xc2\x80-\xc2\x9f", "?-?");
}

static void test_invalid_utf8_is_replaced(void **unused)
{
	(void)unused;
	check_utf8("\xff\xfe\x80", "???");
	/* Cut short: at the end, and by another character. */
	check_utf8("a\xc3", "a?");
	check_utf8("a\xf0\x9f\x90", "a???");
	check_utf8("\xe2\x82z\xc3\xa4", "??z\xc3\xa4");
	/* Longer than necessary, a surrogate, and beyond the last character. */
	check_utf8("\xc0\xaf", "??");
	check_utf8("\xe0\x80\xaf", "???");
	check_utf8("\xf0\x80\x80\xaf", "????");
	check_utf8("\xed\xa0\x80", "???");
	check_utf8("\xf4\x90\x80\x80", "????");
	check_utf8("\xf8\x88\x80\x80\x80", "?????");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_printable),
		cmocka_unit_test(test_valid_utf8_stays),
		cmocka_unit_test(test_control_characters_are_replaced),
		cmocka_unit_test(test_invalid_utf8_is_replaced),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
