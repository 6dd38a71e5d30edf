/* Pipelines that fail: which stage it was, how it ended, and which bytes did not arrive. */
#include "faulty_stages.h"

#include "spawn_task.h"
#include "stage.h"
#include "test.h"

#include <string.h>

enum { SIZE = 300000 };

static const struct setting usual;
static const char *const writing[] = { "write", "300000", "4096", NULL };
static const char *const copying[] = { "copy", "4096", NULL };
static const struct pipeline_stage first = { STAGE_TASK, writing };
static const struct pipeline_stage next = { STAGE_TASK, copying };

/* Runs three stages; the error has to be `expected`, and nothing else is said. */
static void expect_failure(const struct setting *setting, const struct pipeline_stage *stages,
	int64_t close_after, const char *expected)
{
	struct pipeline_result result;
	const struct pipeline pipeline = {
		.stages = stages,
		.count = 3,
		.size = SIZE,
		.close_after = close_after,
		.block = 4096,
	};
	assert_true(run_in(setting, &pipeline, &result) < 0);
	assert_string_equal(suite_error.text, expected);
}

static struct pipeline_stage stage_of(const char *task, const char *word)
{
	static const char *words[8][2];
	static size_t used;
	const char **own = words[used++ % 8];
	own[0] = word;
	own[1] = NULL;
	return (struct pipeline_stage){ task, own };
}

/* Wherever it is, and although the stages before it are ended by SIGPIPE. */
static void test_a_stage_that_fails(void **unused)
{
	(void)unused;
	const struct pipeline_stage fails = stage_of("exit", "3");
	const struct pipeline_stage begin[] = { fails, next, next };
	const struct pipeline_stage middle[] = { first, fails, next };
	const struct pipeline_stage end[] = { first, next, fails };
	expect_failure(&usual, begin, 0, "stage 1 of 3 ended early with exit status 3");
	expect_failure(&usual, middle, 0, "stage 2 of 3 ended early with exit status 3");
	expect_failure(&usual, end, 0, "stage 3 of 3 ended early with exit status 3");
	/* That the reader was going to close early changes nothing. */
	expect_failure(&usual, middle, 5000, "stage 2 of 3 ended early with exit status 3");
	assert_string_equal(suite_messages, "");
}

static void test_a_stage_that_is_killed(void **unused)
{
	(void)unused;
	const struct pipeline_stage stages[] = { first, stage_of("kill", "9"), next };
	expect_failure(&usual, stages, 0, "stage 2 of 3 was killed by signal 9 (Killed)");
	expect_failure(&usual, stages, 5000, "stage 2 of 3 was killed by signal 9 (Killed)");
}

/* Nobody has closed the reader's end, so that a writer was ended by SIGPIPE is a failure. */
static void test_a_stage_that_does_not_read(void **unused)
{
	(void)unused;
	const struct pipeline_stage stages[] = { first, stage_of("unread", NULL), next };
	expect_failure(&usual, stages, 0, "stage 1 of 3 was killed by signal 13 (Broken pipe)");
}

static void test_a_task_that_there_is_not(void **unused)
{
	(void)unused;
	const struct pipeline_stage stages[] = { first, stage_of("lambda", NULL), next };
	expect_failure(&usual, stages, 0, "stage 2 of 3 ended early with exit status 2");
}

static void test_words_that_make_no_sense(void **unused)
{
	(void)unused;
	static const char *const lists[][4] = { { NULL }, { "copy", NULL }, { "copy", "0", NULL },
		{ "copy", "-1", NULL }, { "copy", "99999999999999999999", NULL },
		{ "write", "1", NULL }, { "write", "1", "1k", NULL }, { "read", "1", "1", NULL } };
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const struct pipeline_stage stages[] = { { STAGE_TASK, lists[i] }, next, next };
		expect_failure(&usual, stages, 0, "stage 1 of 3 ended early with exit status 1");
		assert_string_equal(suite_messages,
			"gilbench: pipeline-stage takes 'write SIZE BLOCK' or 'copy BLOCK', "
			"numbers of bytes from 1 on\n");
	}
}

static void test_bytes_that_are_lost(void **unused)
{
	(void)unused;
	const struct pipeline_stage stages[] = { first, stage_of("half", "10000"), next };
	expect_failure(&usual, stages, 0, "10000 of 300000 bytes arrived");
	expect_failure(&usual, stages, 20000, "10000 of 20000 bytes arrived");
}

static void test_bytes_that_are_changed(void **unused)
{
	(void)unused;
	static const char text[] = " on are not those that the first stage wrote";
	struct pipeline_result result;
	const struct pipeline_stage stages[] = { first, stage_of("change", "5000"), next };
	const struct pipeline pipeline = {
		.stages = stages, .count = 3, .size = SIZE, .block = 4096
	};
	assert_true(run_in(&usual, &pipeline, &result) < 0);
	assert_non_null(strstr(suite_error.text, text));
}

static void test_no_files_left(void **unused)
{
	(void)unused;
	const struct setting few = { .files = 4 };
	const struct pipeline_stage stages[] = { first, next, next };
	struct pipeline_result result;
	const struct pipeline pipeline = {
		.stages = stages, .count = 3, .size = SIZE, .block = 4096
	};
	assert_true(run_in(&few, &pipeline, &result) < 0);
	assert_string_equal(
		suite_error.text, "could not create the pipe behind stage 1: Too many open files");
}

/* The system refuses a command line with a word of this length. */
static void test_a_stage_that_cannot_be_executed(void **unused)
{
	(void)unused;
	static char word[1 << 18];
	memset(word, 'x', sizeof(word) - 1);
	const struct pipeline_stage stages[] = { first, next, stage_of(STAGE_TASK, word) };
	expect_failure(&usual, stages, 0,
		"could not start a process for 'pipeline-stage': Argument list too long");
}

static void test_a_block_that_does_not_fit(void **unused)
{
	(void)unused;
	const struct pipeline_stage stages[] = { first, next, next };
	struct pipeline_result result;
	const struct pipeline pipeline = {
		.stages = stages, .count = 3, .size = SIZE, .block = SIZE_MAX / 2
	};
	assert_true(run_in(&usual, &pipeline, &result) < 0);
	assert_non_null(strstr(suite_error.text, "out of memory for a block of "));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, suite_set_up, suite_tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_a_stage_that_fails),
		TEST(test_a_stage_that_is_killed),
		TEST(test_a_stage_that_does_not_read),
		TEST(test_a_task_that_there_is_not),
		TEST(test_words_that_make_no_sense),
		TEST(test_bytes_that_are_lost),
		TEST(test_bytes_that_are_changed),
		TEST(test_no_files_left),
		TEST(test_a_stage_that_cannot_be_executed),
		TEST(test_a_block_that_does_not_fit),
	};
	int status;
	return faulty_stages_run(argc, argv, &status) ? status
						      : cmocka_run_group_tests(tests, NULL, NULL);
}
