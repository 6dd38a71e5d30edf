/* Commands: how a line is split, which programs are refused, and what is kept of an answer. */
#include "command.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const int64_t forever_ns = 60 * INT64_C(1000000000);

static struct command command;
static struct signals signals;
static struct error error;

static int set_up(void **unused)
{
	(void)unused;
	setenv("HOME", "/a home", 1);
	setenv("TWO", "b c", 1);
	unsetenv("UNSET");
	return signals_init(&signals, &error);
}

static int tear_down(void **unused)
{
	(void)unused;
	signals_finish(&signals);
	return 0;
}

static void split(const char *line)
{
	if (command_init(&command, line, &error)) {
		fail_msg("%s", error.text);
	}
}

/* --- splitting ------------------------------------------------------------------------------- */

static void test_words(void **unused)
{
	(void)unused;
	static const struct {
		const char *line;
		const char *words[4];
	} lines[] = {
		{ "python3", { "python3" } },
		{ " taskset  -c 0\tpypy3 ", { "taskset", "-c", "0", "pypy3" } },
		{ "'a b'/c \"d  e\" f\\ g", { "a b/c", "d  e", "f g" } },
		{ "~/x \"~\"", { "/a home/x", "~" } },
		{ "$TWO \"$TWO\" '$TWO'", { "b", "c", "b c", "$TWO" } },
		{ "a '' \"|;\" '\n'", { "a", "", "|;", "\n" } },
	};
	for (size_t i = 0; i < LENGTH(lines); i++) {
		split(lines[i].line);
		size_t count = 0;
		while (count < 4 && lines[i].words[count]) {
			assert_string_equal(command.words.we_wordv[count], lines[i].words[count]);
			count++;
		}
		assert_int_equal(command.words.we_wordc, count);
		command_finish(&command);
	}
}

static void test_malformed_lines(void **unused)
{
	(void)unused;
	static const struct {
		const char *line;
		const char *text;
	} lines[] = {
		{ "", "the command is empty" },
		{ " \t", "the command is empty" },
		{ "a | b", "unquoted |, &, ;, <, >, (, ), {, } or newline in the command; it must "
			   "be one program with its arguments" },
		{ "a 2>b", "unquoted |, &, ;, <, >" },
		{ "a\nb", "unquoted |, &, ;, <, >" },
		{ "'a", "unterminated quote or brace in the command" },
		{ "a ${b", "unterminated quote or brace in the command" },
		{ "$UNSET", "the command uses a variable that is not set" },
		{ "a `b`", "command substitution is not allowed" },
		{ "a $(b)", "command substitution is not allowed" },
	};
	for (size_t i = 0; i < LENGTH(lines); i++) {
		assert_int_equal(command_init(&command, lines[i].line, &error), -EINVAL);
		assert_ptr_equal(strstr(error.text, lines[i].text), error.text);
	}
}

static void test_words_with_more(void **unused)
{
	(void)unused;
	static const char *const more[] = { "x", "y", NULL };
	static const char *const expected[] = { "a", "b", "x", "y" };
	split("a b");
	char **words = command_words(&command, more, 2);
	assert_non_null(words);
	for (size_t i = 0; i < LENGTH(expected); i++) {
		assert_string_equal(words[i], expected[i]);
	}
	for (size_t i = 0; i < 3; i++) {
		assert_null(words[LENGTH(expected) + i]);
	}
	free(words);
	command_finish(&command);
}

/* --- checking -------------------------------------------------------------------------------- */

static void test_programs(void **unused)
{
	(void)unused;
	char folder[] = "/tmp/gilbench-test-XXXXXX";
	char path[64];
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s:/nonexistent::/bin:/usr/bin", folder);
	setenv("PATH", path, 1);
	snprintf(path, sizeof(path), "%s/sh", folder);
	/* May not be executed: so another one is found, if there is one. */
	assert_int_equal(close(creat(path, 0600)), 0);
	static const struct {
		const char *line;
		int code;
		const char *text;
	} lines[] = {
		{ "sh -c x", 0, "" },
		{ "/bin/sh", 0, "" },
		{ "no-such-program x", -ENOENT, "there is no program 'no-such-program'" },
		{ "/nonexistent/a b", -ENOENT, "there is no program '/nonexistent/a'" },
		{ "/dev/null/a", -ENOENT, "there is no program '/dev/null/a'" },
		{ "''", -ENOENT, "there is no program ''" },
		{ "/", -EACCES, "cannot execute '/': Permission denied" },
		{ "/dev/null", -EACCES, "cannot execute '/dev/null': Permission denied" },
	};
	for (size_t i = 0; i < LENGTH(lines); i++) {
		error.text[0] = '\0';
		split(lines[i].line);
		assert_int_equal(command_check(&command, &error), lines[i].code);
		assert_string_equal(error.text, lines[i].text);
		command_finish(&command);
	}
	setenv("PATH", folder, 1);
	split("sh");
	assert_int_equal(command_check(&command, &error), -EACCES);
	assert_string_equal(error.text, "cannot execute 'sh': Permission denied");
	command_finish(&command);
	setenv("PATH", "/bin:/usr/bin", 1);
	unlink(path);
	rmdir(folder);
}

/* --- asking ---------------------------------------------------------------------------------- */

static int ask(const char *line, char answer[COMMAND_ANSWER_MAX])
{
	static const char *const more[] = { "--version", NULL };
	error.text[0] = '\0';
	split(line);
	const struct limits limits = { forever_ns, &signals };
	int result = command_ask(&command, more, &limits, answer, &error);
	command_finish(&command);
	return result;
}

static void test_answers(void **unused)
{
	(void)unused;
	char answer[COMMAND_ANSWER_MAX];
	assert_int_equal(ask("sh -c 'echo 1; echo \"$0\" >&2'", answer), 0);
	/* The two streams may be read in any order. */
	assert_int_equal(strlen(answer), strlen("1\n--version\n"));
	assert_non_null(strstr(answer, "1\n"));
	assert_non_null(strstr(answer, "--version\n"));
	assert_int_equal(ask("sh -c true", answer), 0);
	assert_string_equal(answer, "");
	/* Its standard input is empty. */
	assert_int_equal(ask("sh -c 'cat; echo end'", answer), 0);
	assert_string_equal(answer, "end\n");
}

static void test_long_answers_are_cut(void **unused)
{
	(void)unused;
	char answer[COMMAND_ANSWER_MAX];
	assert_int_equal(ask("sh -c 'yes 1234567 | head -n 1000'", answer), 0);
	assert_int_equal(strlen(answer), COMMAND_ANSWER_MAX - 1);
	assert_memory_equal(answer, "1234567\n1234567\n", 16);
}

static void test_endless_output(void **unused)
{
	(void)unused;
	char answer[COMMAND_ANSWER_MAX];
	assert_int_equal(ask("sh -c 'exec yes 1234567'", answer), -ECHILD);
	assert_string_equal(error.text, "it printed more than 1048576 bytes");
}

static void test_failures(void **unused)
{
	(void)unused;
	char answer[COMMAND_ANSWER_MAX];
	assert_int_equal(
		ask("sh -c 'echo so; echo oh >&2; echo \" \" >&2; exit 7'", answer), -ECHILD);
	assert_string_equal(error.text, "it ended with exit status 7; it wrote: oh");
	assert_non_null(strstr(answer, "so\n"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_words),
		TEST(test_malformed_lines),
		TEST(test_words_with_more),
		TEST(test_programs),
		TEST(test_answers),
		TEST(test_long_answers_are_cut),
		TEST(test_endless_output),
		TEST(test_failures),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
