/*
 * Regions of interpreters with an I/O thread: what is kept of the messages and echoes that a
 * program reports, and which reports are refused. fake_interpreter stands for the interpreter; its
 * path is the test's argument. It gets five messages, and reports each one millisecond after it was
 * due.
 */
#include "runtime_io_region.h"
#include "test.h"

#include <errno.h>
#include <string.h>

enum { COMMAND_MAX = 1024, MESSAGES = 5 };

static const int64_t ms = 1000000;
static const int64_t forever_ns = 60 * INT64_C(1000000000);
static const struct workload load = { .units = 1000, .turn_s = 1e-6 };

static const char *fake;
static struct interpreter *interpreter;
static struct placement *placement;
static struct signals signals;
static struct error error;
static const struct transport_type *over; /* NULL: the default */

static int set_up(void **unused)
{
	(void)unused;
	error.text[0] = '\0';
	interpreter = NULL;
	placement = placement_create(PLACEMENT_NONE, &error);
	return placement ? signals_init(&signals, &error) : -1;
}

static int tear_down(void **unused)
{
	(void)unused;
	interpreter_destroy(interpreter);
	placement_destroy(placement);
	signals_finish(&signals);
	return 0;
}

/* The fake, with one of its lines replaced. */
static int run(enum io_kind kind, const char *line, struct io_region_result *result)
{
	char command[COMMAND_MAX];
	struct region_result region;
	const struct limits limits = { forever_ns, &signals };
	struct io_region_job job = {
		.kind = kind,
		.task = kind == IO_OPEN_LOOP ? "convoy" : "bandwidth",
		.load = &load,
		.placement = placement,
		.over = over,
		.every_ns = 10 * ms,
		.window_ns = 10 * ms * MESSAGES,
	};
	snprintf(command, sizeof(command), "'%s' '%s'", fake, line);
	interpreter_destroy(interpreter);
	interpreter = interpreter_create(command, &signals, &error);
	if (!interpreter) {
		fail_msg("%s", error.text);
	}
	return runtime_io_region_run(&job, interpreter, &limits, &region, result, &error);
}

static void run_well(enum io_kind kind, const char *line, struct io_region_result *result)
{
	if (run(kind, line, result)) {
		fail_msg("%s", error.text);
	}
}

static void test_messages(void **unused)
{
	(void)unused;
	struct io_region_result result;
	run_well(IO_OPEN_LOOP, "x=", &result);
	assert_int_equal(result.messages, MESSAGES);
	assert_int_equal(result.latencies.count, MESSAGES);
	assert_int_equal(result.lost, 0);
	assert_int_equal(result.duplicated, 0);
	for (size_t i = 0; i < MESSAGES; i++) {
		assert_int_equal(result.latencies.ns[i], ms);
	}
	io_region_finish(&result);
}

static void test_lost_and_repeated_messages(void **unused)
{
	(void)unused;
	struct io_region_result result;
	run_well(IO_OPEN_LOOP, "messages=!convoy | sed -e 2d -e 4p", &result);
	assert_int_equal(result.messages, MESSAGES);
	assert_int_equal(result.lost, 1);
	assert_int_equal(result.duplicated, 1);
	io_region_finish(&result);
}

static void test_echoes(void **unused)
{
	(void)unused;
	struct io_region_result result;
	run_well(IO_CLOSED_LOOP, "x=", &result);
	assert_true(result.packets > 0);
	assert_true(result.packets_per_s > 0);
	assert_int_equal(result.lost, 0);
	io_region_finish(&result);
}

static void test_impossible_reports(void **unused)
{
	(void)unused;
	static const struct {
		enum io_kind kind;
		const char *line;
		const char *text;
	} reports[] = {
		{ IO_OPEN_LOOP, "messages=!convoy; echo message 5 $(now)",
			"it reported message 5, but only 5 were sent, from 0 on" },
		{ IO_OPEN_LOOP, "messages=!convoy; echo message 1 1000",
			"at 1000 ns, which is not" },
		{ IO_OPEN_LOOP, "messages=!convoy; echo message 1 9223372036854775807",
			"at 9223372036854775807 ns, which is not between the opening of the gate" },
		{ IO_OPEN_LOOP, "messages=!convoy; echo message 4 $((due - 1))",
			"it reported that it received message 4 before it was due" },
		{ IO_OPEN_LOOP, "messages=!convoy; echo message -1 $(now)", "instead of a result" },
		{ IO_OPEN_LOOP, "messages=!convoy; echo message 1 -5", "instead of a result" },
		{ IO_OPEN_LOOP, "messages=!convoy; echo message 99999999999999999999 5",
			"instead of a result or 'done'" },
		{ IO_OPEN_LOOP, "messages=!convoy; echo echoes 1 $opened $(now)",
			"instead of a result" },
		{ IO_OPEN_LOOP, "done=", "it ended without 'done'" },
		{ IO_CLOSED_LOOP, "echoes=", "it did not report its echoes" },
		{ IO_CLOSED_LOOP, "echoes=!echo echoes $((echoes + 1)) $opened $opened",
			"packets were sent and" },
		{ IO_CLOSED_LOOP, "echoes=!echo echoes $((echoes - 1)) $opened $opened",
			"packets were sent and" },
		{ IO_CLOSED_LOOP, "echoes=!echo echoes $echoes 1000 2000",
			"it reported echoes from 1000 to 2000 ns, which is not between" },
		{ IO_CLOSED_LOOP, "echoes=!echo echoes $echoes $(now) $opened", "which is not" },
		{ IO_CLOSED_LOOP,
			"echoes=!for i in 1 2; do echo echoes $echoes $opened $opened; done",
			"it reported its echoes twice" },
		{ IO_CLOSED_LOOP, "echoes=!echo message 0 $opened", "instead of a result" },
	};
	for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
		struct io_region_result result;
		if (run(reports[i].kind, reports[i].line, &result) == 0) {
			io_region_finish(&result);
			fail_msg("accepted: %s", reports[i].line);
		}
		assert_ptr_equal(strstr(error.text, "interpreter '"), error.text);
		if (!strstr(error.text, reports[i].text)) {
			fail_msg("%s: %s", reports[i].line, error.text);
		}
	}
}

/* The fake waits for its sibling, the load generator, and kills it. */
static void test_load_generator_is_killed(void **unused)
{
	(void)unused;
	const char *const kill = "ready=!echo ready; read -r _; while :; do "
				 "for p in $(cat /proc/$PPID/task/$PPID/children); do "
				 "[ $p = $$ ] || { kill -9 $p; sleep 60; }; done; done";
	for (size_t i = 0; transport_at(i); i++) {
		struct io_region_result result;
		over = transport_at(i);
		assert_int_equal(run(IO_OPEN_LOOP, kill, &result), -ECHILD);
		assert_non_null(
			strstr(error.text, "the load generator was killed by signal 9 (Killed)"));
	}
	over = NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_messages),
		TEST(test_lost_and_repeated_messages),
		TEST(test_echoes),
		TEST(test_impossible_reports),
		TEST(test_load_generator_is_killed),
	};
	fake = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
