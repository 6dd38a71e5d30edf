/*
 * Tasks of real interpreters: the values that a program reports. fake_interpreter stands for one; its
 * path is the test's argument.
 */
#include "runtime_task.h"
#include "test.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t forever_ns = 60 * INT64_C(1000000000);
static const char *const arguments[] = { "probe", NULL };

static const char *fake;
static struct interpreter *interpreter;
static struct placement *placement;
static struct runtime_values *values;
static struct signals signals;
static struct error error;

static int set_up(void **unused)
{
	(void)unused;
	interpreter = NULL;
	values = NULL;
	placement = placement_create(PLACEMENT_NONE, &error);
	return placement ? signals_init(&signals, &error) : -1;
}

static int tear_down(void **unused)
{
	(void)unused;
	free(values);
	interpreter_destroy(interpreter);
	placement_destroy(placement);
	signals_finish(&signals);
	return 0;
}

/* The fake with one of its lines replaced. */
static int run(const char *replaced, int workers)
{
	char command[512];
	snprintf(command, sizeof(command),
		"'%s' 'described=!echo experiment probe; echo done' "
		"'greeting=gilbench 2' '%s'",
		fake, replaced);
	free(values);
	values = NULL;
	interpreter_destroy(interpreter);
	interpreter = interpreter_create(command, &signals, &error);
	if (!interpreter) {
		fail_msg("%s", error.text);
	}
	const struct runtime_task task = {
		.interpreter = interpreter,
		.arguments = arguments,
		.placement = placement,
		.workers = workers,
	};
	const struct limits limits = { forever_ns, &signals };
	struct region_result region;
	return runtime_task_run(&task, &limits, &region, &values, &error);
}

static void test_values(void **unused)
{
	(void)unused;
	const struct runtime_task task = { .arguments = arguments };
	int64_t number;
	assert_int_equal(run("values=!echo value a 1; echo value b_2 9223372036854775807; "
			     "echo value a 3",
				 0),
		0);
	assert_int_equal(values->count, 3);
	assert_string_equal(values->list[2].name, "a");
	assert_int_equal(values->list[2].number, 3);
	struct runtime_task named = task;
	named.interpreter = interpreter;
	assert_int_equal(runtime_values_get(values, &named, "b_2", &number, &error), 0);
	assert_int_equal(number, INT64_MAX);
	assert_int_equal(runtime_values_get(values, &named, "a", &number, &error), -EBADMSG);
	assert_non_null(strstr(error.text, "it reported the value 'a' 2 times"));
	assert_int_equal(runtime_values_get(values, &named, "c", &number, &error), -EBADMSG);
}

static void test_invalid_values(void **unused)
{
	(void)unused;
	static const char *const invalid[] = { "value", "value a", "value a -1", "value a 1 2",
		"value A 1", "value  1", "value a 9223372036854775808", "values a 1",
		"value abcdefghijklmnopqrstuvwxyz_abcdefghijkl 1" };
	for (size_t i = 0; i < sizeof(invalid) / sizeof(invalid[0]); i++) {
		char line[128];
		snprintf(line, sizeof(line), "values=%s", invalid[i]);
		assert_int_equal(run(line, 0), -ECHILD);
		assert_non_null(strstr(error.text, "instead of a result or 'done'"));
	}
	assert_int_equal(run("values=!yes value a 1", 0), -ECHILD);
	assert_non_null(strstr(error.text, "it reported more than 8192 values"));
}

static void test_workers(void **unused)
{
	(void)unused;
	/* `sleep` stands for a worker that is a process of its own. */
	assert_int_equal(
		run("worker=!sleep 60 >/dev/null & echo process 0 $!; read -r _; kill $!; wait", 1),
		0);
	assert_int_equal(values->count, 1);
	assert_int_equal(run("x=", 1), -ECHILD);
	assert_non_null(strstr(error.text, "it printed 'ready' after 0 of 1 workers"));
}

static void test_experiments(void **unused)
{
	(void)unused;
	assert_int_equal(run("x=", 0), 0);
	assert_true(interpreter_supports(interpreter, "probe"));
	assert_false(interpreter_supports(interpreter, "prob"));
	assert_false(interpreter_supports(interpreter, "times"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_values),
		TEST(test_invalid_values),
		TEST(test_workers),
		TEST(test_experiments),
	};
	fake = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
