/*
 * Regions that do not go well: a worker that crashes, ends, hangs or cannot start, and a signal to
 * the runner meanwhile. Each time the sample is lost with its reason in words, and no process is
 * left behind.
 */
#include "region_suite.h"

#include <sched.h>

enum { UNITS = 100, WORKERS = 3 };

/* More often than once, where it is a matter of which worker is first. */
enum { TRIES = 20 };

static const int64_t soon_ns = 200000000;

/* What came of the last region. */
static struct error error;
static struct region_result result;

static int run_at(const struct kernel *kernel, const struct mode *mode, int64_t deadline_ns,
	const struct placement *placement)
{
	struct spec lock = suite_lock("cpython3");
	struct signals signals;
	struct worker_job job = {
		.mode = mode,
		.kernel = kernel,
		.lock = &lock,
		.placement = placement,
		.workers = mode->single ? 1 : WORKERS,
		.units = UNITS,
	};
	suite_forget(NULL);
	error.text[0] = '\0';
	assert_int_equal(signals_init(&signals, &error), 0);
	int failed = region_run(&job, deadline_ns, &signals, &result, &error);
	assert_int_equal(signals_take(&signals), 0);
	signals_finish(&signals);
	suite_assert_nobody_left();
	return failed;
}

static int run(const struct kernel *kernel, const struct mode *mode, int64_t deadline_ns)
{
	struct placement *placement = suite_placement(PLACEMENT_CORE);
	int failed = run_at(kernel, mode, deadline_ns, placement);
	placement_destroy(placement);
	return failed;
}

static void expect(const struct kernel *kernel, const struct mode *mode, const char *text)
{
	assert_int_equal(run(kernel, mode, suite_forever_ns), -ECHILD);
	assert_string_equal(error.text, text);
}

/* --- a worker that ends ---------------------------------------------------------------------- */

/* How the worker with unit 0, which is number 0, ends. */
static enum { BY_ABORT, BY_SEGV, BY_KILL, BY_EXIT } ending;
static int ending_status;

static void end(void)
{
	switch (ending) {
	case BY_ABORT:
		abort();
	case BY_SEGV:
		/* A sanitizer would have caught it, and made an exit status of it. */
		signal(SIGSEGV, SIG_DFL);
		raise(SIGSEGV);
		break;
	case BY_KILL:
		raise(SIGKILL);
		break;
	case BY_EXIT:
		break;
	}
	_exit(ending_status);
}

static uint64_t end_first(const void *data, uint64_t first, uint64_t count)
{
	if (first == 0) {
		suite_note_run();
		end();
	}
	return suite_run_bare(data, first, count);
}

static uint64_t end_first_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)thread;
	return end_first(data, first, count);
}

static const struct kernel mortal = {
	.form = { .name = "mortal" },
	.run_bare = end_first,
	.run_polling = end_first_polling,
};

/* In threads it is the process with all of them that ends. */
static void check_ending(const char *words)
{
	char of_process[128];
	char of_worker[128];
	snprintf(of_process, sizeof(of_process), "the process with the workers %s", words);
	snprintf(of_worker, sizeof(of_worker), "worker 0 %s", words);
	expect(&mortal, &mode_sequential, of_process);
	expect(&mortal, &mode_gil, of_process);
	expect(&mortal, &mode_threads, of_process);
	expect(&mortal, &mode_interpreters, of_process);
	expect(&mortal, &mode_processes, of_worker);
}

static void test_worker_is_killed(void **unused)
{
	(void)unused;
	ending = BY_ABORT;
	check_ending("was killed by signal 6 (Aborted)");
	ending = BY_SEGV;
	check_ending("was killed by signal 11 (Segmentation fault)");
	ending = BY_KILL;
	check_ending("was killed by signal 9 (Killed)");
}

static void test_worker_exits(void **unused)
{
	(void)unused;
	ending = BY_EXIT;
	ending_status = 3;
	check_ending("ended early with exit status 3");
}

/* With the very statuses by which a worker says that it went well, or has left word. */
static void test_worker_exits_with_misleading_status(void **unused)
{
	(void)unused;
	ending = BY_EXIT;
	for (size_t i = 0; mode_at(i); i++) {
		ending_status = EXIT_FAILURE;
		expect(&mortal, mode_at(i), "a worker ended early with exit status 1");
		ending_status = EXIT_SUCCESS;
		expect(&mortal, mode_at(i), "a worker ended early with exit status 0");
	}
}

/* --- a worker that does not end -------------------------------------------------------------- */

static uint64_t hang(const void *data, uint64_t first, uint64_t count)
{
	suite_run_bare(data, first, count);
	while (pause()) {
	}
	return 0;
}

static uint64_t hang_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)thread;
	return hang(data, first, count);
}

static const struct kernel endless = {
	.form = { .name = "endless" },
	.run_bare = hang,
	.run_polling = hang_polling,
};

static void test_deadline(void **unused)
{
	(void)unused;
	for (size_t i = 0; mode_at(i); i++) {
		assert_int_equal(run(&endless, mode_at(i), soon_ns), -ETIMEDOUT);
		assert_non_null(strstr(error.text, "did not end within its deadline"));
	}
}

/* One that hangs while the others have long ended. */
static uint64_t hang_last(const void *data, uint64_t first, uint64_t count)
{
	return first + count == UNITS ? hang(data, first, count)
				      : suite_run_bare(data, first, count);
}

static uint64_t hang_last_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)thread;
	return hang_last(data, first, count);
}

static void test_deadline_for_the_last(void **unused)
{
	(void)unused;
	static const struct kernel kernel = {
		.form = { .name = "endless" },
		.run_bare = hang_last,
		.run_polling = hang_last_polling,
	};
	assert_int_equal(run(&kernel, &mode_processes, soon_ns), -ETIMEDOUT);
	assert_int_equal(run(&kernel, &mode_threads, soon_ns), -ETIMEDOUT);
}

/* --- a worker that does not start ------------------------------------------------------------ */

/* Whoever comes second ends; the others get ready. */
static void end_second(const void *data)
{
	(void)data;
	__atomic_store_n(&notes->group, getpgrp(), __ATOMIC_SEQ_CST);
	if (suite_add(&notes->tickets, 1) == 2) {
		end();
	}
}

static const struct kernel stillborn = {
	.form = { .name = "stillborn" },
	.prepare = end_second,
	.run_bare = suite_run_bare,
	.run_polling = suite_run_polling,
};

static void check_stillborn(const char *words)
{
	char text[ERROR_TEXT_MAX];
	int worker = -1;
	assert_int_equal(run(&stillborn, &mode_processes, suite_forever_ns), -ECHILD);
	assert_int_equal(sscanf(error.text, "worker %d ", &worker), 1);
	assert_in_range(worker, 0, WORKERS - 1);
	snprintf(text, sizeof(text), "worker %d %s", worker, words);
	assert_string_equal(error.text, text);
	assert_int_equal(notes->calls, 0);
}

static void test_worker_ends_before_the_gate(void **unused)
{
	(void)unused;
	ending = BY_KILL;
	check_stillborn("was killed by signal 9 (Killed)");
	ending = BY_EXIT;
	ending_status = 7;
	check_stillborn("ended early with exit status 7");
	ending_status = EXIT_SUCCESS;
	check_stillborn("left before the start");
	expect(&stillborn, &mode_gil, "a worker ended early with exit status 0");
	ending_status = EXIT_FAILURE;
	expect(&stillborn, &mode_processes, "a worker ended early with exit status 1");
}

/*
 * All but worker 1 of 3 are where they should be. The machine is made up, so that bindings do
 * nothing, and the test stays on the processor that it gives to the others.
 */
static void check_misplaced(const struct mode *mode)
{
	char synthetic[128];
	char text[128];
	int here = sched_getcpu();
	cpu_set_t before;
	cpu_set_t only;
	CPU_ZERO(&only);
	CPU_SET((size_t)here, &only);
	snprintf(synthetic, sizeof(synthetic), "core:2 pu:1(indexes=%d,%d)", here, here + 1);
	snprintf(text, sizeof(text), "worker 1 was bound to PU %d but ran on PU %d at the start",
		here + 1, here);
	setenv("HWLOC_SYNTHETIC", synthetic, 1);
	struct placement *placement = suite_placement(PLACEMENT_CORE);
	assert_int_equal(sched_getaffinity(0, sizeof(before), &before), 0);
	assert_int_equal(sched_setaffinity(0, sizeof(only), &only), 0);
	int failed = run_at(&suite_kernel, mode, suite_forever_ns, placement);
	assert_int_equal(sched_setaffinity(0, sizeof(before), &before), 0);
	placement_destroy(placement);
	assert_int_equal(failed, -ECHILD);
	assert_int_equal(strncmp(error.text, text, strlen(text)), 0);
	assert_int_equal(notes->calls, 0);
}

static void test_worker_cannot_be_placed(void **unused)
{
	(void)unused;
	for (int i = 0; i < TRIES; i++) {
		check_misplaced(&mode_gil);
		check_misplaced(&mode_threads);
		check_misplaced(&mode_processes);
		check_misplaced(&mode_interpreters);
	}
}

/* --- a signal meanwhile ---------------------------------------------------------------------- */

static int interrupt;

static uint64_t interrupt_runner(const void *data, uint64_t first, uint64_t count)
{
	if (suite_add(&notes->tickets, 1) == 1) {
		kill(notes->runner, interrupt);
	}
	return hang(data, first, count);
}

static uint64_t interrupt_runner_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)thread;
	return interrupt_runner(data, first, count);
}

static const struct kernel interrupting = {
	.form = { .name = "interrupting" },
	.run_bare = interrupt_runner,
	.run_polling = interrupt_runner_polling,
};

static void check_interrupt(int number, const char *text)
{
	interrupt = number;
	for (size_t i = 0; mode_at(i); i++) {
		assert_int_equal(run(&interrupting, mode_at(i), suite_forever_ns), -EINTR);
		assert_string_equal(error.text, text);
	}
}

static void test_signal_meanwhile(void **unused)
{
	(void)unused;
	check_interrupt(SIGTERM, "interrupted by SIGTERM");
	check_interrupt(SIGINT, "interrupted by SIGINT");
	check_interrupt(SIGHUP, "interrupted by SIGHUP");
}

/* --- a runner that dies ---------------------------------------------------------------------- */

/* It has no time to kill anybody: the region and its workers end with it by themselves. */
static void check_orphans(const struct mode *mode)
{
	suite_forget(NULL);
	pid_t runner = fork();
	if (runner == 0) {
		run(&endless, mode, suite_forever_ns);
		_exit(EXIT_SUCCESS);
	}
	while (suite_load(&notes->calls) == 0) {
		usleep(1000);
	}
	assert_int_equal(kill(runner, SIGKILL), 0);
	assert_int_equal(waitpid(runner, NULL, 0), runner);
	suite_assert_orphans_end();
}

static void test_runner_is_killed(void **unused)
{
	(void)unused;
	check_orphans(&mode_gil);
	check_orphans(&mode_processes);
}

/* After all that. */
static void test_the_next_one_goes_well(void **unused)
{
	(void)unused;
	for (size_t i = 0; mode_at(i); i++) {
		assert_int_equal(run(&suite_kernel, mode_at(i), suite_forever_ns), 0);
		assert_true(result.checksum == suite_sum(0, UNITS));
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worker_is_killed),
		cmocka_unit_test(test_worker_exits),
		cmocka_unit_test(test_worker_exits_with_misleading_status),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_deadline_for_the_last),
		cmocka_unit_test(test_worker_ends_before_the_gate),
		cmocka_unit_test(test_worker_cannot_be_placed),
		cmocka_unit_test(test_signal_meanwhile),
		cmocka_unit_test(test_runner_is_killed),
		cmocka_unit_test(test_the_next_one_goes_well),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
