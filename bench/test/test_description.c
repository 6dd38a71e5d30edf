/* Descriptions: what is kept of the lines in which an interpreter's program tells of itself. */
#include "description.h"
#include "test.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static struct description description;
static struct error error;

static int take(const char *text)
{
	char line[256];
	snprintf(line, sizeof(line), "%s", text);
	return description_take_line(&description, line, &error);
}

static int forget(void **unused)
{
	(void)unused;
	memset(&description, 0, sizeof(description));
	error.text[0] = '\0';
	return take("gilbench 1");
}

static void test_all_is_kept(void **unused)
{
	(void)unused;
	static const char *const lines[] = { "runtime ocaml-native", "version 5.1.0~rc3+opt",
		"clock realtime", "param tick=50ms", "param a=b", "unlocked", "done" };
	for (size_t i = 0; i < LENGTH(lines); i++) {
		assert_int_equal(take(lines[i]), 0);
	}
	assert_int_equal(description_end(&description, &error), 0);
	assert_string_equal(description.runtime, "ocaml-native");
	assert_string_equal(description.version, "5.1.0~rc3+opt");
	assert_string_equal(description.params, ":tick=50ms:a=b");
	assert_int_equal(description.clock, CLOCK_REALTIME);
	assert_true(description.unlocked);
}

static void test_what_need_not_be_said(void **unused)
{
	(void)unused;
	assert_int_equal(take("version 3.13.1t"), 0);
	assert_int_equal(take("runtime cpython"), 0);
	assert_int_equal(take("clock monotonic"), 0);
	assert_int_equal(description_end(&description, &error), -EBADMSG);
	assert_int_equal(take("done"), 0);
	assert_int_equal(description_end(&description, &error), 0);
	assert_string_equal(description.params, "");
	assert_int_equal(description.clock, CLOCK_MONOTONIC);
	assert_false(description.unlocked);
}

static void test_what_is_missing(void **unused)
{
	(void)unused;
	static const char *const lines[] = { "runtime x", "version 1", "clock realtime", "done" };
	static const char *const missing[] = { "'runtime'", "'version'", "'clock'", "'done'" };
	for (size_t left_out = 0; left_out < LENGTH(lines); left_out++) {
		forget(NULL);
		for (size_t i = 0; i < LENGTH(lines); i++) {
			assert_int_equal(i == left_out ? 0 : take(lines[i]), 0);
		}
		assert_int_equal(description_end(&description, &error), -EBADMSG);
		assert_non_null(strstr(error.text, missing[left_out]));
	}
}

static void test_what_is_refused(void **unused)
{
	(void)unused;
	static const struct {
		const char *line;
		const char *text;
	} wrong[] = {
		{ "runtime CPython", "it describes its runtime as 'CPython'" },
		{ "runtime", "it describes its runtime as ''" },
		{ "runtime a/b", "it describes its runtime as 'a/b'" },
		{ "version latest", "it describes its version as 'latest'" },
		{ "version 3.11 2", "it describes its version as '3.11 2'" },
		{ "clock", "it describes its clock as ''; allowed are monotonic, realtime" },
		{ "colour red", "it printed 'colour red', which describes nothing" },
		{ "", "it printed '', which describes nothing" },
		{ "gilbench 1", "it printed 'gilbench 1', which describes nothing" },
		{ "error no threads", "it says: no threads" },
		{ "\x1b[1mdone", "it printed '?[1mdone', which describes nothing" },
	};
	for (size_t i = 0; i < LENGTH(wrong); i++) {
		assert_int_equal(take(wrong[i].line), -EBADMSG);
		assert_string_equal(error.text, wrong[i].text);
	}
}

static void test_too_much(void **unused)
{
	(void)unused;
	char line[256] = "version 1";
	int taken = 0;
	memset(line + strlen(line), '1', DESCRIPTION_WORD_MAX);
	assert_int_equal(take(line), -EBADMSG);
	while (taken < DESCRIPTION_PARAMS_MAX && take("param a=1") == 0) {
		taken++;
	}
	assert_int_equal(taken, (DESCRIPTION_PARAMS_MAX - 1) / strlen(":a=1"));
	assert_string_equal(error.text, "it describes too many parameters");
}

static void test_order(void **unused)
{
	(void)unused;
	assert_int_equal(take("done"), 0);
	assert_int_equal(take("runtime x"), -EBADMSG);
	assert_string_equal(error.text, "it printed 'runtime x' after 'done'");
	memset(&description, 0, sizeof(description));
	assert_int_equal(take("runtime x"), -EBADMSG);
	assert_string_equal(error.text, "it printed 'runtime x' where 'gilbench 1' was expected");
	assert_int_equal(take("gilbench 2"), -EBADMSG);
}

#define TEST(name) cmocka_unit_test_setup(name, forget)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_all_is_kept),
		TEST(test_what_need_not_be_said),
		TEST(test_what_is_missing),
		TEST(test_what_is_refused),
		TEST(test_too_much),
		TEST(test_order),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
