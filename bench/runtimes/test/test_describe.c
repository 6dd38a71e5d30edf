/* Descriptions: what is kept of the lines in which a program describes its runtime. */
#include "describe.h"
#include "test.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static struct describe description;
static struct error error;

static int take(const char *text)
{
	char line[256];
	snprintf(line, sizeof(line), "%s", text);
	return describe_take_line(&description, line, &error);
}

static int set_up(void **unused)
{
	(void)unused;
	memset(&description, 0, sizeof(description));
	error.text[0] = '\0';
	return take("gilbench 1");
}

static void test_everything_is_kept(void **unused)
{
	(void)unused;
	static const char *const lines[] = { "runtime ocaml-native", "version 5.1.0~rc3+opt",
		"clock realtime", "param tick=50ms", "param a=b", "unlocked", "done" };
	for (size_t i = 0; i < LENGTH(lines); i++) {
		assert_int_equal(take(lines[i]), 0);
	}
	assert_int_equal(describe_end(&description, &error), 0);
	assert_string_equal(description.runtime, "ocaml-native");
	assert_string_equal(description.version, "5.1.0~rc3+opt");
	assert_int_equal(description.major, 5);
	assert_int_equal(description.minor, 1);
	assert_string_equal(description.params, ":tick=50ms:a=b");
	assert_int_equal(description.clock, CLOCK_REALTIME);
	assert_true(description.unlocked);
}

static void test_optional_lines(void **unused)
{
	(void)unused;
	assert_int_equal(take("version 3.13.1t"), 0);
	assert_int_equal(take("runtime cpython"), 0);
	assert_int_equal(take("clock monotonic"), 0);
	assert_int_equal(describe_end(&description, &error), -EBADMSG);
	assert_int_equal(take("done"), 0);
	assert_int_equal(describe_end(&description, &error), 0);
	assert_string_equal(description.params, "");
	assert_int_equal(description.clock, CLOCK_MONOTONIC);
	assert_false(description.unlocked);
}

static void test_versions(void **unused)
{
	(void)unused;
	static const struct {
		const char *line;
		int major;
		int minor;
	} versions[] = {
		{ "version 3.13.1t", 3, 13 },
		{ "version 7", 7, 0 },
		{ "version 7.x", 7, 0 },
		{ "version 7..2", 7, 0 },
		{ "version 007.010", 7, 10 },
		{ "version 999999.999999.99999999999999999999", 999999, 999999 },
	};
	for (size_t i = 0; i < LENGTH(versions); i++) {
		set_up(NULL);
		assert_int_equal(take(versions[i].line), 0);
		assert_int_equal(description.major, versions[i].major);
		assert_int_equal(description.minor, versions[i].minor);
	}
	static const char *const invalid[] = { "99999999999999999999", "1000000", "3.1000000",
		"3.99999999999999999999", "4294967299.11", "18446744073709551619.11", "latest",
		".1", "-1", "+3.1" };
	for (size_t i = 0; i < LENGTH(invalid); i++) {
		char line[64];
		set_up(NULL);
		snprintf(line, sizeof(line), "version %s", invalid[i]);
		assert_int_equal(take(line), -EBADMSG);
		snprintf(
			line, sizeof(line), "it reported the invalid version '%s'; a ", invalid[i]);
		assert_ptr_equal(strstr(error.text, line), error.text);
		assert_non_null(strstr(error.text, "begins with a number less than 1000000"));
	}
}

static void test_missing_lines(void **unused)
{
	(void)unused;
	static const char *const lines[] = { "runtime x", "version 1", "clock realtime", "done" };
	static const char *const missing[] = { "'runtime'", "'version'", "'clock'", "'done'" };
	for (size_t omitted = 0; omitted < LENGTH(lines); omitted++) {
		set_up(NULL);
		for (size_t i = 0; i < LENGTH(lines); i++) {
			assert_int_equal(i == omitted ? 0 : take(lines[i]), 0);
		}
		assert_int_equal(describe_end(&description, &error), -EBADMSG);
		assert_non_null(strstr(error.text, missing[omitted]));
	}
}

#define RUNTIME(word) \
	"it reported the invalid runtime '" word \
	"'; a runtime consists of at most 63 lower-case letters, digits, and -"
#define CLOCK(word) "it reported the invalid clock '" word "'; allowed are monotonic, realtime"

static void test_invalid_lines(void **unused)
{
	(void)unused;
	static const struct {
		const char *line;
		const char *text;
	} invalid[] = {
		{ "runtime CPython", RUNTIME("CPython") },
		{ "runtime", RUNTIME("") },
		{ "runtime a/b", RUNTIME("a/b") },
		{ "version 3.11 2",
			"it reported the invalid version '3.11 2'; a version consists of "
			"at most 63 lower-case letters, digits, and . + - ~" },
		{ "clock", CLOCK("") },
		{ "clock monotonic ", CLOCK("monotonic ") },
		{ "colour red", "it printed 'colour red' in its description" },
		{ "", "it printed '' in its description" },
		{ "done x", "it printed 'done x' in its description" },
		{ "gilbench 1", "it printed 'gilbench 1' in its description" },
		{ "error no threads", "it reported an error: no threads" },
		{ "error \xe9\x1b[1m", "it reported an error: ??[1m" },
		{ "\x1b[1mdone", "it printed '?[1mdone' in its description" },
	};
	for (size_t i = 0; i < LENGTH(invalid); i++) {
		assert_int_equal(take(invalid[i].line), -EBADMSG);
		assert_string_equal(error.text, invalid[i].text);
	}
}

static void test_too_much(void **unused)
{
	(void)unused;
	char line[256] = "version 1";
	int taken = 0;
	memset(line + strlen(line), '1', DESCRIBE_WORD_MAX);
	assert_int_equal(take(line), -EBADMSG);
	while (taken < DESCRIBE_PARAMS_MAX && take("param a=1") == 0) {
		taken++;
	}
	assert_int_equal(taken, (DESCRIBE_PARAMS_MAX - 1) / strlen(":a=1"));
	assert_string_equal(
		error.text, "it reported too many parameters; at most 127 characters are allowed");
}

static void test_repeated_lines(void **unused)
{
	(void)unused;
	static const char *const lines[] = { "runtime x", "version 1", "clock realtime" };
	static const char *const texts[] = { "it reported its runtime twice",
		"it reported its version twice", "it reported its clock twice" };
	for (size_t i = 0; i < LENGTH(lines); i++) {
		assert_int_equal(take(lines[i]), 0);
		assert_int_equal(take(lines[i]), -EBADMSG);
		assert_string_equal(error.text, texts[i]);
	}
}

static void test_order(void **unused)
{
	(void)unused;
	assert_int_equal(take("done"), 0);
	assert_int_equal(take("runtime x"), -EBADMSG);
	assert_string_equal(error.text, "it printed 'runtime x' after 'done'");
	memset(&description, 0, sizeof(description));
	assert_int_equal(take("runtime x"), -EBADMSG);
	assert_string_equal(
		error.text, "it printed 'runtime x' instead of 'gilbench 1' or 'gilbench 2'");
	assert_int_equal(take("gilbench 3"), -EBADMSG);
}

/* Only version 2 of the protocol has experiments besides its own. */
static void test_experiments(void **unused)
{
	(void)unused;
	assert_int_equal(take("experiment start"), -EBADMSG);
	memset(&description, 0, sizeof(description));
	assert_int_equal(take("gilbench 2"), 0);
	assert_int_equal(take("experiment start"), 0);
	assert_int_equal(take("experiment pool_2"), 0);
	assert_string_equal(description.experiments, " start pool_2 ");
	static const char *const invalid[] = { "experiment", "experiment ", "experiment a b",
		"experiment A" };
	for (size_t i = 0; i < LENGTH(invalid); i++) {
		assert_int_equal(take(invalid[i]), -EBADMSG);
		assert_non_null(strstr(error.text, "it reported the invalid experiment '"));
	}
	int taken = 0;
	while (take("experiment abcdefghijklmnopqrstuvwxyz") == 0) {
		assert_in_range(++taken, 1, DESCRIBE_EXPERIMENTS_MAX);
	}
	assert_string_equal(
		error.text, "it reported too many experiments; at most 255 characters are allowed");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_everything_is_kept),
		TEST(test_optional_lines),
		TEST(test_versions),
		TEST(test_missing_lines),
		TEST(test_invalid_lines),
		TEST(test_too_much),
		TEST(test_repeated_lines),
		TEST(test_order),
		TEST(test_experiments),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
