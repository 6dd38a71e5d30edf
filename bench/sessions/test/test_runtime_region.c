/*
 * Interpreters: how one is probed, and its regions. fake_interpreter stands for them; its path is
 * the test's argument. A unit takes it 10 ns.
 */
#include "interpreter.h"
#include "runtime_region.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMMAND_MAX = 4096, UNIT_NS = 10 };

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

/* No process may be left; those that were killed are reaped here, their subreaper. */
static int tear_down(void **unused)
{
	(void)unused;
	pid_t left;
	while ((left = waitpid(-1, NULL, WNOHANG)) > 0) {
	}
	if (left == 0) {
		print_error("a process was left behind\n");
		return -1;
	}
	interpreter_destroy(interpreter);
	placement_destroy(placement);
	signals_finish(&signals);
	return 0;
}

/* Appends a word as a shell needs it. */
static void append_word(const char *word)
{
	size_t used = strlen(command);
	assert_true(used + 4 * strlen(word) + 4 < sizeof(command));
	used += (size_t)sprintf(command + used, "%s'", used ? " " : "");
	for (; *word; word++) {
		used += (size_t)sprintf(command + used, *word == '\'' ? "'\\''" : "%c", *word);
	}
	strcpy(command + used, "'");
}

/* The fake, with at most two of its lines replaced. */
static void start(const char *one, const char *two)
{
	interpreter_destroy(interpreter);
	command[0] = '\0';
	append_word(fake);
	append_word(one);
	append_word(two);
	interpreter = interpreter_create(command, &signals, &error);
	if (!interpreter) {
		fail_msg("%s", error.text);
	}
}

static const char unchanged[] = "x=";

static int run(const char *way, int workers, uint64_t units, int64_t deadline_ns,
	struct region_result *result)
{
	struct runtime_region_job job = {
		.interpreter = interpreter,
		.way = way,
		.placement = placement,
		.workers = workers,
		.units = units,
	};
	const struct limits limits = { deadline_ns, &signals };
	return runtime_region_run(&job, &limits, result, &error);
}

/* --- probing --------------------------------------------------------------------------------- */

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
		assert_ptr_equal(strstr(error.text, "no lock model for "), error.text);
	}
}

static void test_models(void **unused)
{
	(void)unused;
	expect_model("cpython", "3.11.2", "cpython-3.11.2", "cpython3");
	expect_model("cpython", "3.13.1t", "cpython-3.13.1t", "cpython3");
	expect_model("lua", "5.4", "lua-5.4", NULL);
	/* The fake reports a parameter that this model does not have. */
	start("runtime=runtime ruby", "version=version 3.1.2");
	assert_null(interpreter_model(interpreter, &error));
	assert_non_null(strstr(error.text, "'ruby_waitq' has no parameter 'interval'"));
	assert_string_equal(interpreter_name(interpreter), "ruby-3.1.2");
}

static void test_settings(void **unused)
{
	(void)unused;
	start("param=param interval=500us", unchanged);
	assert_string_equal(interpreter_name(interpreter), "cpython-3.11.2:interval=500us");
	assert_string_equal(
		interpreter_model(interpreter, &error)->text, "cpython3:interval=500us");
	interpreter_number(interpreter, 2);
	assert_string_equal(interpreter_name(interpreter), "cpython-3.11.2:interval=500us#2");
	assert_string_equal(interpreter_command(interpreter), command);
	start("param=", "clock=clock monotonic");
	assert_string_equal(interpreter_name(interpreter), "cpython-3.11.2");
	assert_int_equal(interpreter_clock(interpreter), CLOCK_MONOTONIC);
	/* Without a lock in force, its settings do not matter. */
	start("param=unlocked", unchanged);
	assert_string_equal(interpreter_model(interpreter, &error)->text, "none");
	assert_int_equal(interpreter_clock(interpreter), CLOCK_REALTIME);
}

/* The caller has to be able to tell a mistake of the user from a failure of the interpreter. */
static void test_errors_of_create(void **unused)
{
	(void)unused;
	static const struct {
		const char *command; /* %s: the fake */
		int code;
		const char *text;
	} commands[] = {
		{ "no-such-python3 -O", ENOENT, "there is no program 'no-such-python3'" },
		{ "/nonexistent/python3", ENOENT, "there is no program '/nonexistent/python3'" },
		{ "/", EACCES, "cannot execute '/': Permission denied" },
		{ "'%s", EINVAL, "unterminated quote or brace in the command" },
		{ "", EINVAL, "the command is empty" },
		{ "'%s' language=v20", EBADMSG,
			"unknown language: it printed 'v20' for --version; known are Python, " },
		{ "'%s' 'language=!exit 127'", ECHILD, "it ended with exit status 127" },
		{ "'%s' 'language=!kill -SEGV $$'", ECHILD, "it was killed by signal 11 " },
		{ "sh -c 'echo Python 3.11; exec /nonexistent'", ECHILD,
			"it ended with exit status 127; it wrote: " },
		/* Not raw, though the message names it. */
		{ "/\x1b[1m\xc3\xa9", ENOENT,
			"there is no program '/?[1m?"
			"?'" },
	};
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		/* NOLINTNEXTLINE(clang-diagnostic-format-nonliteral) */
		snprintf(command, sizeof(command), commands[i].command, fake);
		errno = 0;
		assert_null(interpreter_create(command, &signals, &error));
		assert_int_equal(errno, commands[i].code);
		assert_ptr_equal(strstr(error.text, "interpreter '"), error.text);
		assert_non_null(strstr(error.text, commands[i].text));
		assert_null(strpbrk(error.text, "\x1b\n\xc3"));
	}
}

/* A program that is missing is a fault of the installation, not of the command. */
static void test_missing_program(void **unused)
{
	(void)unused;
	setenv("GILBENCH_PROGRAMS", "/nonexistent", 1);
	assert_null(interpreter_create("sh -c 'echo Python 3.11.2'", &signals, &error));
	assert_int_equal(errno, ECHILD);
	assert_non_null(strstr(error.text, "cannot find its program gilbench.py in /nonexistent"));
	unsetenv("GILBENCH_PROGRAMS");
}

/* --- regions --------------------------------------------------------------------------------- */

static void test_regions(void **unused)
{
	(void)unused;
	static const struct {
		const char *way;
		int workers;
		int64_t units; /* of the worker that has most */
	} ways[] = { { "sequential", 1, 1000 }, { "threads", 3, 334 }, { "processes", 2, 500 } };
	start(unchanged, unchanged);
	struct region_result result;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		assert_int_equal(run(ways[i].way, ways[i].workers, 1000, forever_ns, &result), 0);
		assert_int_equal(result.checksum, 1000);
		assert_int_equal(result.wall_ns, ways[i].units * UNIT_NS);
		assert_int_equal(result.start_skew_ns, 0);
		assert_int_equal(result.active_ns, 1000 * UNIT_NS);
		assert_int_equal(result.migrations, -1);
		assert_int_equal(result.runqueue_ns, -1);
		assert_false(result.bound_elsewhere);
	}
}

/* The wall time is from the first start to the last end, of any worker. */
static void test_spans(void **unused)
{
	(void)unused;
	struct region_result result;
	start("span=!echo span $worker $((opened + worker * 100)) $((opened + 8000 - worker)) 500",
		unchanged);
	assert_int_equal(run("threads", 2, 1000, forever_ns, &result), 0);
	assert_int_equal(result.wall_ns, 8000);
	assert_int_equal(result.start_skew_ns, 100);
}

/* --- failures -------------------------------------------------------------------------------- */

static void expect_failure(int code, const char *text)
{
	struct region_result result;
	assert_int_equal(run("sequential", 1, 1000, forever_ns, &result), code);
	/* The command in between may be cut. */
	const char *end = strstr(error.text, "': it ");
	assert_ptr_equal(strstr(error.text, "interpreter '"), error.text);
	assert_non_null(end);
	assert_string_equal(end + strlen("': "), text);
}

static void test_failures(void **unused)
{
	(void)unused;
	static const struct {
		const char *line;
		int code;
		const char *text;
	} failures[] = {
		{ "done=", -ECHILD, "it ended without 'done'" },
		{ "ready=!exit 3", -ECHILD, "it ended with exit status 3" },
		{ "ready=!echo error \xe9t\xe9; exit 1", -ECHILD, "it reported an error: ?t?" },
		{ "ready=!exec >&-; exit 1", -ECHILD, "it ended with exit status 1" },
		{ "span=!echo span 0 $opened $((opened + 10000)) 999", -ECHILD,
			"it counted down 999 units instead of 1000" },
		{ "span=!echo span 0 $opened $((opened + 10000)) 1001", -ECHILD,
			"it counted down 1001 units instead of 1000" },
		{ "span=!echo span 0 $opened $opened 1000", -ECHILD,
			"it reported that its workers took no time" },
		{ "span=!echo span 0 $opened $((opened + 10000)) 1000000000", -ECHILD,
			"it reported that worker 0 did 1000000000 units in 1e-05 s, which is "
			"impossible (less than 0.1 ns each)" },
		{ "span=span 0 0 9223372036854775807 1000", -ECHILD,
			"it reported that worker 0 ran from 0 to 9223372036854775807 ns, which is "
			"not between the opening of the gate and now" },
		{ "span=span 0 1000 100000 1000", -ECHILD,
			"it reported that worker 0 ran from 1000 to 100000 ns, which is not "
			"between the opening of the gate and now" },
	};
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		start(failures[i].line, unchanged);
		expect_failure(failures[i].code, failures[i].text);
	}
}

/* A gibibyte of zeros, of one line, and of lines that are good once. */
static void test_floods(void **unused)
{
	(void)unused;
	static const char *const lines[] = { "span=!head -c 1G /dev/zero",
		"span=!yes \"$(head -c 5000 /dev/zero | tr '\\0' x)\"", "done=!yes done",
		"start=!yes start 1" };
	struct region_result result;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		start(lines[i], unchanged);
		assert_int_equal(run("sequential", 1, 1000, forever_ns, &result), -ECHILD);
		assert_non_null(strstr(error.text, "': it "));
	}
}

/* Processes that leave the group and the session, and close what they have inherited. */
#define DAEMON "setsid sleep 100 </dev/null >/dev/null 2>&1 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&- & "

static void test_daemons(void **unused)
{
	(void)unused;
	static const char *const lines[] = {
		"done=!" DAEMON "sleep 0.1; echo done",
		"ready=!" DAEMON "sleep 0.1; kill -KILL $$",
		"ready=!for i in 1 2 3 4 5 6 7 8; do " DAEMON "done; sleep 0.1; echo nonsense",
		"ready=!" DAEMON "sleep 0.1; kill -KILL $PPID; sleep 100",
	};
	struct region_result result;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		start(lines[i], unchanged);
		assert_int_equal(run("sequential", 1, 1000, forever_ns, &result), -ECHILD);
		assert_int_equal(tear_down(NULL), 0);
		assert_int_equal(set_up(NULL), 0);
	}
}

static void test_deadline(void **unused)
{
	(void)unused;
	static const char *const codes[] = { "ready=!trap : TERM INT; while :; do sleep 1; done",
		"done=!echo done; exec >/dev/null 2>&1; sleep 100", "start=!yes >/dev/null" };
	struct region_result result;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		start(codes[i], unchanged);
		assert_int_equal(run("threads", 2, 1000, 300000000, &result), -ETIMEDOUT);
		assert_non_null(strstr(error.text, " did not end within its deadline of 0 s"));
		assert_ptr_equal(strstr(error.text, "interpreter '"), error.text);
	}
}

static void test_interruption(void **unused)
{
	(void)unused;
	struct region_result result;
	start("ready=!kill -HUP \"$GILBENCH_TEST\"; sleep 100", unchanged);
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
		TEST(test_errors_of_create),
		TEST(test_missing_program),
		TEST(test_regions),
		TEST(test_spans),
		TEST(test_failures),
		TEST(test_floods),
		TEST(test_daemons),
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
