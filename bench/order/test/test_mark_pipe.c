/* Tests of the pipe of marks: order is kept, and how the reader ended is reported. */
#include "mark_pipe.h"

#include "shared.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

enum { MARKS = 200000 };

static struct mark_log *create(size_t room)
{
	struct error error = { "" };
	struct mark_log *log = shared_create(mark_log_size(room), &error);
	assert_non_null(log);
	mark_log_init(log, room);
	return log;
}

/* More marks than fit into a pipe. */
static void test_order_is_kept(void **unused)
{
	(void)unused;
	struct mark_log *log = create(MARKS);
	struct mark_pipe pipe;
	struct mark_runs runs;
	struct error error = { "" };
	assert_int_equal(mark_pipe_open(&pipe, log, &error), 0);
	for (int i = 0; i < MARKS; i++) {
		assert_int_equal(mark_pipe_write(&pipe, i / 1000 % MARK_LOG_WORKERS_MAX), 0);
	}
	assert_int_equal(mark_pipe_close(&pipe, &error), 0);
	assert_int_equal(mark_log_find_runs(log, &runs), 0);
	assert_int_equal(runs.marks, MARKS);
	assert_int_equal(runs.runs, MARKS / 1000);
	assert_int_equal(runs.p50, 1000);
	assert_int_equal(runs.longest, 1000);
	shared_destroy(log, mark_log_size(MARKS));
}

/* Writes until the reader has ended; more than fits into the pipe. */
static int write_until_broken(const struct mark_pipe *pipe)
{
	int result = 0;
	for (int i = 0; !result && i < MARKS; i++) {
		result = mark_pipe_write(pipe, 0);
	}
	return result;
}

static void expect_end(size_t room, bool kill_reader, int code, const char *text)
{
	struct mark_log *log = create(room);
	struct mark_pipe pipe;
	struct error error = { "" };
	assert_int_equal(mark_pipe_open(&pipe, log, &error), 0);
	if (kill_reader) {
		kill(pipe.reader, SIGKILL);
	}
	assert_int_equal(write_until_broken(&pipe), -EPIPE);
	assert_int_equal(mark_pipe_close(&pipe, &error), code);
	assert_string_equal(error.text, text);
	shared_destroy(log, mark_log_size(room));
}

static void test_how_the_reader_ended(void **unused)
{
	(void)unused;
	expect_end(100, false, -ENOSPC, "the log of marks is full");
	expect_end(MARKS, true, -ECHILD,
		"the process that reads the marks was killed by signal 9 (Killed)");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_is_kept),
		cmocka_unit_test(test_how_the_reader_ended),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
