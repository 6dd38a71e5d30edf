/*
 * Tests of regions whose workers run a task: its functions are called in their processes, and of
 * several failures the one closest to the cause is reported.
 */
#include "region_suite.h"
#include "shared.h"

enum { UNITS = 100, WORKERS = 3 };

/* What the task's functions do and have done; begin, run and end are their return values. */
struct script {
	int begin;
	int run;
	int end;
	bool silent; /* run() fails without an error */
	pid_t child; /* forked by begin() */
	bool fork;
	bool began;
	bool ended;
};

static struct script *script; /* in shared memory */

static int report(int code, struct error *error, const char *text)
{
	return code ? error_set(error, code, "%s", text) : 0;
}

static int begin(void *context, struct error *error)
{
	(void)context;
	script->began = true;
	if (script->fork) {
		pid_t child = fork();
		if (child == 0) {
			_exit(EXIT_SUCCESS);
		}
		script->child = child;
	}
	return report(script->begin, error, "begin failed");
}

static int end(void *context, struct error *error)
{
	(void)context;
	script->ended = true;
	if (script->fork && waitpid(script->child, NULL, 0) != script->child) {
		return error_set(error, -ECHILD, "somebody else waited for the child");
	}
	return report(script->end, error, "end failed");
}

static int run_worker(const struct worker_job *job, int worker, struct lockmodel_thread *thread,
	struct worker_slot *slot)
{
	(void)job;
	(void)thread;
	suite_note_run();
	slot->checksum = (uint64_t)worker;
	if (worker != 1 || script->silent) {
		return worker == 1 ? script->run : 0;
	}
	return report(script->run, &slot->error, "run failed");
}

/* Longer than the team waits before it looks for workers that have ended. */
static void prepare_slowly(const void *data)
{
	(void)data;
	usleep(120000);
}

static int run(const struct suite_mode *mode, bool slowly, struct error *error)
{
	static const struct worker_task task = { begin, end, run_worker, NULL };
	static const struct kernel slow = { .form = { .name = "slow" }, .prepare = prepare_slowly };
	struct region_result result;
	struct suite_region region = {
		.mode = mode,
		.lock = "mutex",
		.kernel = slowly ? &slow : &suite_kernel,
		.units = UNITS,
		.workers = WORKERS,
		.task = &task,
	};
	int failed = suite_run(&region, &result, error);
	assert_true(failed || result.checksum == 0 + 1 + 2);
	return failed;
}

static void check(struct script wanted, const char *text)
{
	static const int modes[] = { SUITE_ONE_LOCK, SUITE_PROCESSES };
	for (size_t i = 0; i < LENGTH(modes); i++) {
		struct error error = { "" };
		suite_reset(NULL);
		*script = wanted;
		int failed = run(&suite_modes[modes[i]], false, &error);
		assert_int_equal(failed, text[0] ? -ECHILD : 0);
		assert_string_equal(error.text, text);
		assert_true(script->began);
		assert_int_equal(script->ended, !wanted.begin);
		assert_int_equal(notes->calls, wanted.begin ? 0 : WORKERS);
	}
}

static void test_success(void **unused)
{
	(void)unused;
	check((struct script){ .begin = 0 }, "");
}

static void test_begin_fails(void **unused)
{
	(void)unused;
	check((struct script){ .begin = -EPROTO }, "begin failed");
}

static void test_run_fails(void **unused)
{
	(void)unused;
	check((struct script){ .run = -EPROTO }, "run failed");
	check((struct script){ .run = -EPROTO, .end = -EPROTO }, "run failed");
}

/* A worker may know that the task failed, but not why. */
static void test_end_knows_the_reason(void **unused)
{
	(void)unused;
	check((struct script){ .run = -EPROTO, .silent = true, .end = -EPROTO }, "end failed");
	check((struct script){ .end = -EPROTO }, "end failed");
}

/* While the team looks for workers that have ended, a child of the task ends. */
static void test_other_children_are_left_alone(void **unused)
{
	(void)unused;
	struct error error = { "" };
	*script = (struct script){ .fork = true };
	int failed = run(&suite_modes[SUITE_PROCESSES], true, &error);
	assert_string_equal(error.text, "");
	assert_int_equal(failed, 0);
}

static int init(void **unused)
{
	struct error error;
	script = shared_create(sizeof(*script), &error);
	return !script || suite_init(unused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_success, suite_reset),
		cmocka_unit_test_setup(test_begin_fails, suite_reset),
		cmocka_unit_test_setup(test_run_fails, suite_reset),
		cmocka_unit_test_setup(test_end_knows_the_reason, suite_reset),
		cmocka_unit_test_setup(test_other_children_are_left_alone, suite_reset),
	};
	return cmocka_run_group_tests(tests, init, NULL);
}
