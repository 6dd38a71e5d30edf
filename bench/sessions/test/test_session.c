/* Sessions: which lines of a program are accepted, and in which order. */
#include "session_suite.h"
#include "test.h"

#include "clock.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const char *const before_the_gate[] = { "gilbench 1", "start %P", "process 0 %P",
	"process 1 %P", "ready" };

/* Takes the lines up to one that begins with `end`, which is not taken. */
static void take_until(const char *end)
{
	suite_reset();
	for (size_t i = 0; i < LENGTH(before_the_gate); i++) {
		if (strncmp(before_the_gate[i], end, strlen(end)) == 0) {
			return;
		}
		assert_int_equal(suite_take_form(before_the_gate[i]), 0);
	}
}

static void test_processes(void **unused)
{
	(void)unused;
	take_until("never");
	assert_int_equal(suite_count_answers(), 4);
	assert_int_equal(suite_take_form("span 1 %W-50 %W-40 500"), 0);
	assert_int_equal(suite_take_form("span 0 %W-500 %W 500"), 0);
	assert_int_equal(suite_take("done"), 0);
	assert_int_equal(session_end(suite_session, &suite_error), 0);
	assert_int_equal(suite_session->reports[1].span.units, 500);
	assert_int_equal(suite_count_answers(), 0);
	assert_false(suite_session->bound_elsewhere);
}

static void test_threads(void **unused)
{
	(void)unused;
	take_until("process");
	suite_start_thread();
	assert_int_equal(suite_take_form("thread 0 %P"), 0);
	assert_int_equal(suite_take_form("thread 1 %P"), -EBADMSG);
	assert_string_equal(suite_error.text, "it reported worker 1, but has no new thread");
	suite_start_thread();
	assert_int_equal(suite_take_form("thread 1 %P"), 0);
	assert_int_equal(suite_take("ready"), 0);
}

#define NEXT_WORKER "the next worker or 'ready'"
#define SPAN "'span INDEX START END UNITS'"
#define OUTSIDE "ns, which is not between the opening of the gate and now"

static void test_invalid_lines(void **unused)
{
	(void)unused;
	static const struct {
		const char *until; /* the line that is replaced */
		const char *line;
		const char *text; /* is part of the error */
	} lines[] = {
		{ "gilbench", "gilbench 3",
			"it printed 'gilbench 3' instead of 'gilbench 1' or 'gilbench 2'" },
		{ "gilbench", "", "it printed '' instead of 'gilbench 1'" },
		{ "gilbench", "start %P", "instead of 'gilbench 1'" },
		{ "gilbench", "error no\x1b[1m \xc3\xa9", "it reported an error: no?[1m ??" },
		{ "start", "gilbench 1", "it printed 'gilbench 1' instead of 'start PID'" },
		{ "start", "start", "instead of 'start PID'" },
		{ "start", "start -1", "instead of 'start PID'" },
		{ "start", "start 99999999999999999999", "instead of 'start PID'" },
		{ "start", "start 4294967297", "it reported process 4294967297, which is not one" },
		{ "start", "start 0", "it reported process 0, which is not one of its own" },
		{ "start", "start 1", "it reported process 1, which is not one of its own" },
		{ "process 0", "process 1 %P", NEXT_WORKER },
		{ "process 0", "process -1 %P", NEXT_WORKER },
		{ "process 0", "process 0", NEXT_WORKER },
		{ "process 0", "fibre 0 %P", NEXT_WORKER },
		{ "process 0", "process 0 1", "it reported process 1, which is not one of its" },
		{ "process 0", "thread 0 %P", "it reported worker 0, but has no new thread" },
		{ "process 0", "ready", "it printed 'ready' after 0 of 2 workers" },
		{ "process 1", "process 0 %P", NEXT_WORKER },
		{ "process 1", "process 4294967297 %P", NEXT_WORKER },
		{ "process 1", "done", NEXT_WORKER },
		{ "ready", "process 2 %P", NEXT_WORKER },
		{ "ready", "ready ", NEXT_WORKER },
		{ "never", "span 0 %W %W", SPAN },
		{ "never", "span 2 %W %W 1", SPAN },
		{ "never", "span -1 %W %W 1", SPAN },
		{ "never", "span 0 %W %W -5", SPAN },
		{ "never", "span 0 %W 99999999999999999999 1", SPAN },
		{ "never", "span 0 1000 2000 1", OUTSIDE },
		{ "never", "span 0 %W-60000000000 %W 500", OUTSIDE },
		{ "never", "span 0 %W %W+60000000000 500", OUTSIDE },
		{ "never", "span 0 0 9223372036854775807 500", OUTSIDE },
		{ "never", "span 0 %W 9223372036854775807 500", OUTSIDE },
		{ "never", "span 0 %W+60000000000 %W 500", OUTSIDE },
		{ "never", "span 0 %W %W 9223372036854775807", "units in " },
		{ "never", "span 0 %W %W 100000000000", "which is impossible (less than 0.1 ns" },
		{ "never", "message 0 %W", "instead of a result or 'done'" },
		{ "never", "ready", "instead of a result or 'done'" },
		{ "never", "", "it printed '' instead of a result or 'done'" },
	};
	for (size_t i = 0; i < LENGTH(lines); i++) {
		take_until(lines[i].until);
		assert_true(suite_take_form(lines[i].line) < 0);
		if (!strstr(suite_error.text, lines[i].text)) {
			fail_msg("'%s': %s", lines[i].line, suite_error.text);
		}
	}
}

static void test_repeated_span(void **unused)
{
	(void)unused;
	take_until("never");
	assert_int_equal(suite_take_form("span 0 %W %W 500"), 0);
	assert_int_equal(suite_take_form("span 0 %W %W 500"), -EBADMSG);
	assert_string_equal(suite_error.text, "it reported worker 0 twice");
}

static void test_line_after_the_end(void **unused)
{
	(void)unused;
	take_until("never");
	assert_int_equal(suite_take("done"), 0);
	assert_int_equal(suite_take("done"), -EBADMSG);
	assert_string_equal(suite_error.text, "it printed 'done' after 'done'");
}

static void test_incomplete_results(void **unused)
{
	(void)unused;
	static const struct {
		const char *lines[3];
		const char *text;
	} sessions[] = {
		{ { "span 0 %W-500 %W 500", "span 1 %W %W 500" }, "it ended without 'done'" },
		{ { "done" }, "it reported the spans of 0 of 2 workers" },
		{ { "span 1 %W %W 500", "done" }, "it reported the spans of 1 of 2 workers" },
		{ { "span 0 %W-500 %W 500", "span 1 %W %W 499", "done" },
			"it counted down 999 units instead of 1000" },
		{ { "span 0 %W-500 %W 500", "span 1 %W %W 501", "done" },
			"it counted down 1001 units instead of 1000" },
	};
	for (size_t i = 0; i < LENGTH(sessions); i++) {
		take_until("never");
		for (size_t k = 0; k < 3 && sessions[i].lines[k]; k++) {
			assert_int_equal(suite_take_form(sessions[i].lines[k]), 0);
		}
		assert_int_equal(session_end(suite_session, &suite_error), -EBADMSG);
		assert_string_equal(suite_error.text, sessions[i].text);
	}
}

static void test_spans_without_time(void **unused)
{
	(void)unused;
	char line[SUITE_LINE_MAX];
	take_until("never");
	int64_t now_ns = clock_now_ns();
	for (int i = 0; i < SUITE_WORKERS; i++) {
		snprintf(line, sizeof(line), "span %d %" PRId64 " %" PRId64 " 500", i, now_ns,
			now_ns);
		assert_int_equal(suite_take(line), 0);
	}
	assert_int_equal(suite_take("done"), 0);
	assert_int_equal(session_end(suite_session, &suite_error), -EBADMSG);
	assert_string_equal(suite_error.text, "it reported that its workers took no time");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, suite_set_up, suite_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_processes),
		TEST(test_threads),
		TEST(test_invalid_lines),
		TEST(test_repeated_span),
		TEST(test_line_after_the_end),
		TEST(test_incomplete_results),
		TEST(test_spans_without_time),
	};
	return cmocka_run_group_tests(tests, suite_start_program, suite_stop_program);
}
