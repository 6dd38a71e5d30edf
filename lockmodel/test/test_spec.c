/* Specs: what is accepted, how it is normalised, and the message for each mistake. */
#include "spec.h"
#include "test.h"

#include <errno.h>
#include <string.h>

static const char *const colours[] = { "red", "green", "blue", NULL };

static const struct spec_form forms[] = {
	{ .name = "plain", .summary = "no parameters" },
	{
		.name = "rich",
		.summary = "one of each",
		.params = {
			{ "turns", "a count", SPEC_COUNT, 100, 1, 1000, NULL },
			{ "interval", "a duration", SPEC_DURATION, 5000000, 1000, 10000000000,
				NULL },
			{ "size", "a size", SPEC_SIZE, 1 << 20, 64, INT64_C(1) << 40, NULL },
			{ "colour", "a choice", SPEC_CHOICE, 1, 0, 0, colours },
		},
	},
};

static const struct spec_form *form_at(size_t index)
{
	return index < sizeof(forms) / sizeof(forms[0]) ? &forms[index] : NULL;
}

static void expect_text(const char *text, const char *normalised)
{
	struct spec spec;
	struct error error = { "" };
	int result = spec_parse(&spec, "thing", form_at, text, &error);
	if (result) {
		fail_msg("%s: %s", text, error.text);
	}
	assert_string_equal(spec.text, normalised);
}

static void expect_error(const char *text, const char *message)
{
	struct spec spec;
	struct error error = { "" };
	assert_int_equal(spec_parse(&spec, "thing", form_at, text, &error), -EINVAL);
	assert_string_equal(error.text, message);
}

static void test_normalised(void **unused)
{
	(void)unused;
	expect_text("plain", "plain");
	expect_text("rich", "rich");
	expect_text("rich:interval=5ms:turns=100", "rich");
	expect_text("rich:interval=500000ns", "rich:interval=500us");
	expect_text("rich:size=2048KiB:turns=7", "rich:turns=7:size=2MiB");
	expect_text("rich:interval=10s", "rich:interval=10s");
	expect_text("rich:turns=7:turns=8", "rich:turns=8");
	expect_text("rich:colour=green", "rich");
	expect_text("rich:colour=blue:turns=7", "rich:turns=7:colour=blue");
}

static void test_values(void **unused)
{
	(void)unused;
	struct spec spec;
	struct error error;
	assert_int_equal(spec_parse(&spec, "thing", form_at, "rich:interval=2us", &error), 0);
	assert_int_equal(spec.index, 1);
	assert_int_equal(spec.values[0], 100);
	assert_int_equal(spec.values[1], 2000);
	assert_int_equal(spec.values[2], 1 << 20);
	assert_int_equal(spec.values[3], 1);
	assert_int_equal(spec_parse(&spec, "thing", form_at, "rich:colour=red", &error), 0);
	assert_int_equal(spec.values[3], 0);
}

static void test_unknown_names(void **unused)
{
	(void)unused;
	expect_error("poor", "unknown thing 'poor'; known: plain, rich");
	expect_error("", "unknown thing ''; known: plain, rich");
	expect_error("rich:shape=3",
		"'rich' has no parameter 'shape'; known: turns, interval, size, colour");
	expect_error("plain:shape=3", "'plain' has no parameter 'shape'; it takes none");
	expect_error("rich:turns", "'rich:turns': a parameter has the form name=value");
	expect_error("rich:", "'rich:': a parameter has the form name=value");
}

static void test_bad_values(void **unused)
{
	(void)unused;
	static const char *const durations[] = { "0", "0ms", "10h", "5", "-5ms", "+5ms", "nan", "",
		" 5ms", "5 ms", "5msx", "11s", "99999999999999999999s", "9999999999s",
		"9223372036854775808ns", "-9223372036854775809ns", "1e3ms", "0x10ms", "1.5ms",
		"1,000us", "5MS", "5\xc2\xb5s" };
	for (size_t i = 0; i < sizeof(durations) / sizeof(durations[0]); i++) {
		char text[64];
		char message[ERROR_TEXT_MAX];
		snprintf(text, sizeof(text), "rich:interval=%s", durations[i]);
		snprintf(message, sizeof(message),
			"'%s': interval must be a whole number of ns, us, ms or s, from 1us to 10s",
			text);
		expect_error(text, message);
	}
	static const char *const counts[] = { "0", "-1", "+5", " 5", "5 ", "1e9", "0x10", "1001",
		"99999999999999999999", "5s", "five", "" };
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		char text[64];
		char message[ERROR_TEXT_MAX];
		snprintf(text, sizeof(text), "rich:turns=%s", counts[i]);
		snprintf(message, sizeof(message),
			"'%s': turns must be a whole number, from 1 to 1000", text);
		expect_error(text, message);
	}
	expect_error("rich:size=1GB", "'rich:size=1GB': size must be a whole number of B, KiB, MiB "
				      "or GiB, from 64B to 1024GiB");
	static const char *const words[] = { "", "0", "redd", "re", "Red", "red " };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		char text[64];
		char message[ERROR_TEXT_MAX];
		snprintf(text, sizeof(text), "rich:colour=%s", words[i]);
		snprintf(message, sizeof(message), "'%s': colour must be one of: red, green, blue",
			text);
		expect_error(text, message);
	}
}

static void test_unprintable_text(void **unused)
{
	(void)unused;
	static const char rule[] = "control characters and invalid UTF-8 are not allowed";
	static const struct {
		const char *text, *printed;
	} bad[] = {
		{ "plain\n", "plain?" },
		{ "\x1b[2Jplain", "?[2Jplain" },
		{ "rich:turns=7\t", "rich:turns=7?" },
		{ "rich:tu\xffrns=7", "rich:tu?rns=7" },
		{ "rich:colour=gr\xc3", "rich:colour=gr?" },
	};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char message[ERROR_TEXT_MAX];
		snprintf(message, sizeof(message), "thing '%s': %s", bad[i].printed, rule);
		expect_error(bad[i].text, message);
	}
	expect_error("pl\xc3\xa4in", "unknown thing 'pl\xc3\xa4in'; known: plain, rich");
}

static void test_too_long(void **unused)
{
	(void)unused;
	char text[300];
	struct spec spec;
	struct error error;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(spec_parse(&spec, "thing", form_at, text, &error), -EINVAL);
	assert_non_null(strstr(error.text, "longer than 127 bytes"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normalised),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_unknown_names),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_unprintable_text),
		cmocka_unit_test(test_too_long),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
