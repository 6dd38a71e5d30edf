/*
 * Subprocesses: the lines of a program as they arrive, and how it ended. The programs are scripts of
 * /bin/sh.
 */
#include "subprocess_suite.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- lines ----------------------------------------------------------------------------------- */

static void test_lines(void **unused)
{
	(void)unused;
	suite_expect_lines("true", "");
	suite_expect_lines("echo a b; echo; echo c", "a b||c|");
	suite_expect_lines("printf 'a\\r\\nb\\r'", "a|b|");
	suite_expect_lines("printf a; sleep 0.05; printf 'b\\nc'", "ab|c|");
	/* A NUL byte does not end a line. */
	suite_expect_lines("printf 'a\\000b\\n'", "a\x01"
						  "b|");
	/* Its standard input is empty. */
	suite_expect_lines("cat; echo end", "end|");
}

static void test_long_lines(void **unused)
{
	(void)unused;
	assert_int_equal(suite_run("printf '%04095d\\n' 1", SUITE_FOREVER_NS), -ECHILD);
	assert_string_equal(error.text, "it printed a line of more than 4095 characters");
	notes->kept[0] = '\0';
	assert_int_equal(
		suite_run("printf '%04094d\\n' 1; printf '%04094d\\n' 2", SUITE_FOREVER_NS), 0);
	assert_int_equal(strlen(notes->kept), 2 * 4095);
}

static void test_answers(void **unused)
{
	(void)unused;
	char *words[] = { "sh", "-c", "for i in 1 2 3; do echo $i; read -r _ || exit 1; done",
		NULL };
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	notes->answers = ends[1];
	assert_int_equal(suite_run_words(words, false, ends[0], SUITE_FOREVER_NS), 0);
	assert_string_equal(notes->kept, "1|2|3|");
	close(ends[0]);
	close(ends[1]);
}

static void test_standard_error(void **unused)
{
	(void)unused;
	char *words[] = { "sh", "-c", "echo b >&2", NULL };
	assert_int_equal(
		suite_run("echo a; echo b >&2; printf 'c\\033\\n' >&2; echo >&2", SUITE_FOREVER_NS),
		-ECHILD);
	assert_string_equal(error.text, "it wrote to standard error: c?");
	assert_string_equal(notes->kept, "a|");
	assert_int_equal(suite_run_words(words, true, -1, SUITE_FOREVER_NS), 0);
	assert_string_equal(notes->kept, "a|b|");
}

/* --- ends ------------------------------------------------------------------------------------ */

static void test_failures(void **unused)
{
	(void)unused;
	suite_expect_failure("exit 5", "it ended with exit status 5");
	suite_expect_failure(
		"echo x; echo why >&2; exit 5", "it ended with exit status 5; it wrote: why");
	suite_expect_failure("kill -ABRT $$", "it was killed by signal 6 (Aborted)");
	/* The first failure is reported. */
	suite_expect_failure("echo wrong; exit 5", "it was wrong");
	/* How it ended is reported even if something is left of it. */
	suite_expect_failure("sleep 100 & kill -ABRT $$", "it was killed by signal 6 (Aborted)");
}

static void test_what_is_left_behind(void **unused)
{
	(void)unused;
	static const char text[] = "it ended, but a process that it started is still "
				   "running";
	suite_expect_failure("echo a; sleep 100 &", text);
	suite_expect_failure("sleep 100 >/dev/null 2>&1 &", text);
	/* A process group of its own does not save it. */
	suite_expect_failure("setsid sleep 100 >/dev/null 2>&1 &", text);
	suite_expect_failure("setsid sleep 100 & echo wrong; exec sleep 100", "it was wrong");
	/* It may outlive the program a little. */
	suite_expect_lines("(sleep 0.1; echo late) & echo a", "a|late|");
	suite_expect_lines("sleep 0.1 >/dev/null 2>&1 & echo a", "a|");
}

static void test_programs_that_cannot_start(void **unused)
{
	(void)unused;
	char *nowhere[] = { "nosuchprogram", NULL };
	char *folder[] = { "/tmp", NULL };
	assert_int_equal(suite_run_words(nowhere, false, -1, SUITE_FOREVER_NS), -ECHILD);
	assert_string_equal(error.text, "there is no program 'nosuchprogram'");
	assert_int_equal(suite_run_words(folder, false, -1, SUITE_FOREVER_NS), -ECHILD);
	assert_string_equal(error.text, "'/tmp' could not be started: Permission denied");
}

static void test_usage_is_that_of_the_program(void **unused)
{
	(void)unused;
	assert_int_equal(
		suite_run("for i in 1 2 3 4 5; do sleep 0.001; done", SUITE_FOREVER_NS), 0);
	/* The program has waited for each of them. */
	assert_true(notes->outcome.usage.ru_nvcsw >= 5);
	assert_true(notes->outcome.usage.ru_minflt > 0);
}

static void test_deadline(void **unused)
{
	(void)unused;
	static const char *const codes[] = { "echo a; sleep 100",
		"trap '' TERM INT HUP; echo a; while :; do sleep 1; done",
		"echo a; exec >/dev/null 2>&1; sleep 100", "echo a; yes >/dev/null" };
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		notes->kept[0] = '\0';
		assert_int_equal(suite_run(codes[i], SUITE_MOMENT_NS), -ETIMEDOUT);
		assert_string_equal(error.text, "did not end within its deadline of 0 s");
		assert_string_equal(notes->kept, "a|");
	}
}

static void test_interruption(void **unused)
{
	(void)unused;
	notes->interrupt = 2;
	assert_int_equal(
		suite_run("trap '' TERM; echo a; echo b; sleep 100", SUITE_FOREVER_NS), -EINTR);
	assert_string_equal(error.text, "interrupted by SIGTERM");
	assert_string_equal(notes->kept, "a|b|");
	/* The signal does not affect the next subprocess. */
	assert_int_equal(suite_run("echo c", SUITE_FOREVER_NS), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, suite_set_up, suite_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_lines),
		TEST(test_long_lines),
		TEST(test_answers),
		TEST(test_standard_error),
		TEST(test_failures),
		TEST(test_what_is_left_behind),
		TEST(test_programs_that_cannot_start),
		TEST(test_usage_is_that_of_the_program),
		TEST(test_deadline),
		TEST(test_interruption),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
