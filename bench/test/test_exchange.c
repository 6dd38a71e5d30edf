/*
 * Exchanges: a program's lines as they come, what it did in the end, and that nothing of it is
 * left. The programs are what /bin/sh is told to do.
 */
#include "exchange.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { KEPT_BYTES = 16384 };

static const int64_t forever_ns = 60 * INT64_C(1000000000);
static const int64_t moment_ns = 300 * INT64_C(1000000);

/* In memory that processes share. */
struct notes {
	struct exchange_outcome outcome;
	char kept[KEPT_BYTES]; /* the lines, with a | behind each */
	pid_t group;
	int interrupt; /* the line with this number sends a signal to the test */
	int lines;
	int answers;
};

static struct notes *notes;
static struct signals signals;
static struct error error;

static int set_up(void **unused)
{
	(void)unused;
	struct rlimit none = { 0, 0 };
	signal(SIGTERM, SIG_DFL);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	error.text[0] = '\0';
	notes = exchange_share(sizeof(*notes), &error);
	return notes ? signals_init(&signals, &error) : -ENOMEM;
}

/* Nothing is left of the program: neither a child, nor a process in its group. */
static int tear_down(void **unused)
{
	(void)unused;
	pid_t found;
	while ((found = waitpid(-1, NULL, 0)) > 0) {
	}
	bool left = notes->group && kill(-notes->group, 0) == 0;
	exchange_unshare(notes, sizeof(*notes));
	signals_finish(&signals);
	return left;
}

static int take_line(void *context, char *line, struct error *why)
{
	struct notes *taken = context;
	size_t used = strlen(taken->kept);
	snprintf(taken->kept + used, KEPT_BYTES - used, "%s|", line);
	taken->group = getpgrp();
	if (++taken->lines == taken->interrupt) {
		kill(getppid(), SIGTERM);
	}
	if (taken->answers && write(taken->answers, "\n", 1) != 1) {
		return error_set(why, -EPIPE, "no answer");
	}
	return strcmp(line, "wrong") ? 0 : error_set(why, -EBADMSG, "it was wrong");
}

static int run_words(char *const *words, bool both, int input, int64_t deadline_ns)
{
	struct exchange exchange = {
		.words = words,
		.input = input,
		.both = both,
		.line = take_line,
		.context = notes,
	};
	return exchange_run(&exchange, deadline_ns, &signals, &notes->outcome, &error);
}

static int run(const char *code, int64_t deadline_ns)
{
	char *words[] = { "sh", "-c", (char *)(uintptr_t)code, NULL };
	return run_words(words, false, -1, deadline_ns);
}

/* --- lines ----------------------------------------------------------------------------------- */

static void expect_lines(const char *code, const char *lines)
{
	notes->kept[0] = '\0';
	assert_int_equal(run(code, forever_ns), 0);
	assert_string_equal(notes->kept, lines);
}

static void test_lines(void **unused)
{
	(void)unused;
	expect_lines("true", "");
	expect_lines("echo a b; echo; echo c", "a b||c|");
	expect_lines("printf 'a\\r\\nb\\r'", "a|b|");
	expect_lines("printf a; sleep 0.05; printf 'b\\nc'", "ab|c|");
	/* A byte of zero is a byte as any other. */
	expect_lines("printf 'a\\000b\\n'", "a\x01"
					    "b|");
	/* It has nothing to read. */
	expect_lines("cat; echo end", "end|");
}

static void test_long_lines(void **unused)
{
	(void)unused;
	assert_int_equal(run("printf '%04095d\\n' 1", forever_ns), -ECHILD);
	assert_string_equal(error.text, "it printed a line of more than 4095 characters");
	notes->kept[0] = '\0';
	assert_int_equal(run("printf '%04094d\\n' 1; printf '%04094d\\n' 2", forever_ns), 0);
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
	assert_int_equal(run_words(words, false, ends[0], forever_ns), 0);
	assert_string_equal(notes->kept, "1|2|3|");
	close(ends[0]);
	close(ends[1]);
}

static void test_standard_error(void **unused)
{
	(void)unused;
	char *words[] = { "sh", "-c", "echo b >&2", NULL };
	assert_int_equal(
		run("echo a; echo b >&2; printf 'c\\033\\n' >&2; echo >&2", forever_ns), -ECHILD);
	assert_string_equal(error.text, "it wrote to standard error: c?");
	assert_string_equal(notes->kept, "a|");
	assert_int_equal(run_words(words, true, -1, forever_ns), 0);
	assert_string_equal(notes->kept, "a|b|");
}

/* --- ends ------------------------------------------------------------------------------------ */

static void expect_failure(const char *code, const char *text)
{
	assert_int_equal(run(code, forever_ns), -ECHILD);
	assert_string_equal(error.text, text);
	memset(&notes->outcome, 0, sizeof(notes->outcome));
}

static void test_failures(void **unused)
{
	(void)unused;
	expect_failure("exit 5", "it ended with exit status 5");
	expect_failure(
		"echo x; echo why >&2; exit 5", "it ended with exit status 5; it wrote: why");
	expect_failure("kill -ABRT $$", "it was killed by signal 6 (Aborted)");
	/* The first fault is the one to be told of. */
	expect_failure("echo wrong; exit 5", "it was wrong");
	/* How it ended is told even if something is left of it. */
	expect_failure("sleep 100 & kill -ABRT $$", "it was killed by signal 6 (Aborted)");
}

static void test_what_is_left_behind(void **unused)
{
	(void)unused;
	static const char text[] = "it ended, but a process that it has started goes on";
	expect_failure("echo a; sleep 100 &", text);
	expect_failure("sleep 100 >/dev/null 2>&1 &", text);
	/* Nor does it help to be in another group. */
	expect_failure("setsid sleep 100 >/dev/null 2>&1 &", text);
	expect_failure("setsid sleep 100 & echo wrong; exec sleep 100", "it was wrong");
	/* It may take a moment. */
	expect_lines("(sleep 0.1; echo late) & echo a", "a|late|");
	expect_lines("sleep 0.1 >/dev/null 2>&1 & echo a", "a|");
}

static void test_programs_that_cannot_start(void **unused)
{
	(void)unused;
	char *nowhere[] = { "nosuchprogram", NULL };
	char *folder[] = { "/tmp", NULL };
	assert_int_equal(run_words(nowhere, false, -1, forever_ns), -ECHILD);
	assert_string_equal(error.text, "there is no program 'nosuchprogram'");
	assert_int_equal(run_words(folder, false, -1, forever_ns), -ECHILD);
	assert_string_equal(error.text, "'/tmp' could not be started: Permission denied");
}

static void test_usage_is_that_of_the_program(void **unused)
{
	(void)unused;
	assert_int_equal(run("for i in 1 2 3 4 5; do sleep 0.001; done", forever_ns), 0);
	/* It has waited for each of them. */
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
		assert_int_equal(run(codes[i], moment_ns), -ETIMEDOUT);
		assert_string_equal(error.text, "did not end within its deadline of 0 s");
		assert_string_equal(notes->kept, "a|");
	}
}

static void test_interruption(void **unused)
{
	(void)unused;
	notes->interrupt = 2;
	assert_int_equal(run("trap '' TERM; echo a; echo b; sleep 100", forever_ns), -EINTR);
	assert_string_equal(error.text, "interrupted by SIGTERM");
	assert_string_equal(notes->kept, "a|b|");
	/* It is not taken for one of the next exchange. */
	assert_int_equal(run("echo c", forever_ns), 0);
}

static void test_printable(void **unused)
{
	(void)unused;
	char text[] = "a ~\t\x7f\xc3\xa4\x01";
	exchange_make_printable(text);
	assert_string_equal(text, "a ~?????");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

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
		TEST(test_printable),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
