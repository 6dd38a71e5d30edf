/*
 * Real interpreters: what is found out about one, and its regions. What stands for them is
 * fakes/interpreter, whose path is the test's argument; a turn takes 10 ns there.
 */
#include "interpreter.h"
#include "modes/modes.h"
#include "plan.h"
#include "real.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_MAX = 1024, TURN_NS = 10 };

static const int64_t forever_ns = 60 * INT64_C(1000000000);

static const char *fake;
static char command[COMMAND_MAX];
static struct interpreter *interpreter;
static struct placement *placement;
static struct signals signals;
static struct error error;

static int set_up(void **unused)
{
	(void)unused;
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	error.text[0] = '\0';
	interpreter = NULL;
	placement = placement_create(PLACEMENT_NONE, &error);
	return placement ? signals_init(&signals, &error) : -1;
}

/* No process is left: those that were killed with their group come here to be waited for. */
static int tear_down(void **unused)
{
	(void)unused;
	while (waitpid(-1, NULL, 0) > 0) {
	}
	interpreter_destroy(interpreter);
	placement_destroy(placement);
	signals_finish(&signals);
	return 0;
}

/* The fake, told what to do otherwise in at most two places. */
static void start(const char *one, const char *two)
{
	interpreter_destroy(interpreter);
	snprintf(command, sizeof(command), "'%s' '%s' '%s'", fake, one, two);
	interpreter = interpreter_create(command, &signals, &error);
	if (!interpreter) {
		fail_msg("%s", error.text);
	}
}

static const char usual[] = "x=";

static int run(const char *way, int workers, uint64_t units, int64_t deadline_ns,
	struct region_result *result)
{
	struct real_job job = {
		.interpreter = interpreter,
		.way = way,
		.placement = placement,
		.workers = workers,
		.units = units,
	};
	return real_run(&job, deadline_ns, &signals, result, &error);
}

/* --- what is found out ----------------------------------------------------------------------- */

static void expect_model(
	const char *runtime, const char *version, const char *name, const char *model)
{
	char line[2][64];
	snprintf(line[0], sizeof(line[0]), "runtime=runtime %s", runtime);
	snprintf(line[1], sizeof(line[1]), "version=version %s", version);
	start(line[0], line[1]);
	const struct spec *spec = interpreter_model(interpreter, &error);
	assert_string_equal(interpreter_name(interpreter), name);
	if (model) {
		assert_non_null(spec);
		assert_string_equal(spec->text, model);
	} else {
		assert_null(spec);
		assert_ptr_equal(strstr(error.text, "no lock model stands for "), error.text);
	}
}

static void test_models(void **unused)
{
	(void)unused;
	expect_model("cpython", "3.11.2", "cpython-3.11.2", "cpython3");
	expect_model("cpython", "3.13.1t", "cpython-3.13.1t", "cpython3");
	expect_model("lua", "5.4", "lua-5.4", NULL);
	/* It comes with a parameter that this one's model does not have. */
	start("runtime=runtime ruby", "version=version 3.1.2");
	assert_null(interpreter_model(interpreter, &error));
	assert_non_null(strstr(error.text, "'ruby_waitq' has no parameter 'interval'"));
	assert_string_equal(interpreter_name(interpreter), "ruby-3.1.2");
}

static void test_settings(void **unused)
{
	(void)unused;
	start("param=param interval=500us", usual);
	assert_string_equal(interpreter_name(interpreter), "cpython-3.11.2:interval=500us");
	assert_string_equal(
		interpreter_model(interpreter, &error)->text, "cpython3:interval=500us");
	interpreter_number(interpreter, 2);
	assert_string_equal(interpreter_name(interpreter), "cpython-3.11.2:interval=500us#2");
	assert_string_equal(interpreter_command(interpreter), command);
	start("param=", "clock=clock realtime");
	assert_string_equal(interpreter_name(interpreter), "cpython-3.11.2");
	assert_int_equal(interpreter_clock(interpreter), CLOCK_REALTIME);
	/* Without a lock in force, what is set of it does not matter. */
	start("param=unlocked", usual);
	assert_string_equal(interpreter_model(interpreter, &error)->text, "none");
	assert_int_equal(interpreter_clock(interpreter), CLOCK_MONOTONIC);
}

/* --- regions --------------------------------------------------------------------------------- */

static void test_regions(void **unused)
{
	(void)unused;
	static const struct {
		const char *way;
		int workers;
		int64_t turns; /* of the worker that has most */
	} ways[] = { { "sequential", 1, 1000 }, { "threads", 3, 334 }, { "processes", 2, 500 } };
	start(usual, usual);
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		struct region_result result = { .counter_count = 1 };
		assert_int_equal(run(ways[i].way, ways[i].workers, 1000, forever_ns, &result), 0);
		assert_int_equal(result.checksum, 1000);
		assert_int_equal(result.wall_ns, ways[i].turns * TURN_NS);
		assert_int_equal(result.start_skew_ns, 0);
		assert_int_equal(result.migrations, -1);
		assert_int_equal(result.counter_count, 0);
		assert_false(result.bound_elsewhere);
	}
}

/* From the first start to the last end, whichever workers' they are. */
static void test_spans(void **unused)
{
	(void)unused;
	struct region_result result;
	start("span=!echo span $worker $((1000 + worker * 100)) $((9000 - worker)) 500", usual);
	assert_int_equal(run("threads", 2, 1000, forever_ns, &result), 0);
	assert_int_equal(result.wall_ns, 8000);
	assert_int_equal(result.start_skew_ns, 100);
}

/* --- faults ---------------------------------------------------------------------------------- */

static void expect_fault(int code, const char *text)
{
	struct region_result result;
	assert_int_equal(run("sequential", 1, 1000, forever_ns, &result), code);
	/* In between stands the command, which may be long and is cut then. */
	const char *end = strstr(error.text, "': it ");
	assert_ptr_equal(strstr(error.text, "interpreter '"), error.text);
	assert_non_null(end);
	assert_string_equal(end + strlen("': "), text);
}

static void test_faults(void **unused)
{
	(void)unused;
	start("done=", usual);
	expect_fault(-ECHILD, "it ended without the word 'done'");
	start("ready=!exit 3", usual);
	expect_fault(-ECHILD, "it ended with exit status 3");
	start("span=span 0 1000 100000 999", usual);
	expect_fault(-EBADMSG, "it counted down 999 turns, and not 1000");
	start("span=span 0 1000 1099 1000", usual);
	expect_fault(
		-EBADMSG, "it says that it counted down 1000 turns in 9.9e-08 s, which cannot be");
}

static void test_deadline(void **unused)
{
	(void)unused;
	static const char *const codes[] = { "ready=!trap : TERM INT; while :; do sleep 1; done",
		"done=!echo done; exec >/dev/null 2>&1; sleep 100", "start=!yes >/dev/null" };
	struct region_result result;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		start(codes[i], usual);
		assert_int_equal(run("threads", 2, 1000, 300000000, &result), -ETIMEDOUT);
		assert_non_null(strstr(error.text, "': did not end within its deadline of 0 s"));
		assert_ptr_equal(strstr(error.text, "interpreter '"), error.text);
	}
}

static void test_interruption(void **unused)
{
	(void)unused;
	struct region_result result;
	start("ready=!kill -HUP \"$GILBENCH_TEST\"; sleep 100", usual);
	signal(SIGHUP, SIG_DFL);
	assert_int_equal(run("sequential", 1, 1000, forever_ns, &result), -EINTR);
	assert_string_equal(error.text, "interrupted by SIGHUP");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_models),
		TEST(test_settings),
		TEST(test_regions),
		TEST(test_spans),
		TEST(test_faults),
		TEST(test_deadline),
		TEST(test_interruption),
	};
	char number[24];
	snprintf(number, sizeof(number), "%d", (int)getpid());
	setenv("GILBENCH_TEST", number, 1);
	signal(SIGHUP, SIG_DFL);
	fake = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
