/*
 * Tests of regions that fail: a worker crashes, exits, hangs, cannot start, or is not where it was
 * bound. Each time region_run() reports the reason and leaves no process behind.
 */
#include "region_suite.h"

#include <sched.h>

enum { UNITS = 100, WORKERS = 3 };

/* For tests whose course depends on which worker is first. */
enum { TRIES = 5 };

static const int64_t soon_ns = 50000000;

/* Of the last region. */
static struct error error;
static struct region_result result;

static int run(const struct kernel *kernel, const struct suite_mode *mode, int64_t deadline_ns)
{
	struct suite_region region = {
		.mode = mode,
		.lock = "cpython3",
		.kernel = kernel,
		.units = UNITS,
		.workers = mode->locks == WORKER_BARE ? 1 : WORKERS,
		.deadline_ns = deadline_ns,
	};
	suite_reset(NULL);
	error.text[0] = '\0';
	return suite_run(&region, &result, &error);
}

static void expect(const struct kernel *kernel, const struct suite_mode *mode, const char *text)
{
	assert_int_equal(run(kernel, mode, SUITE_FOREVER_NS), -ECHILD);
	assert_string_equal(error.text, text);
}

/* --- a worker ends early --------------------------------------------------------------------- */

/* How worker 0, which has unit 0, ends. */
static enum { BY_ABORT, BY_SEGV, BY_KILL, BY_EXIT } ending;
static int ending_status;

static void end(void)
{
	switch (ending) {
	case BY_ABORT:
		abort();
	case BY_SEGV:
		/* A sanitizer's handler would turn the signal into an exit status. */
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

/* A thread that ends this way takes its process with it. */
static void check_ending(const char *how)
{
	char of_process[128];
	char of_worker[128];
	snprintf(of_process, sizeof(of_process), "the process with the workers %s", how);
	snprintf(of_worker, sizeof(of_worker), "worker 0 %s", how);
	expect(&mortal, &suite_modes[SUITE_BARE], of_process);
	expect(&mortal, &suite_modes[SUITE_ONE_LOCK], of_process);
	expect(&mortal, &suite_modes[SUITE_NO_LOCK], of_process);
	expect(&mortal, &suite_modes[SUITE_OWN_LOCKS], of_process);
	expect(&mortal, &suite_modes[SUITE_PROCESSES], of_worker);
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

/* With the statuses by which a worker process reports success, or a failure that it recorded. */
static void test_worker_exits_with_misleading_status(void **unused)
{
	(void)unused;
	ending = BY_EXIT;
	for (size_t i = 0; i < SUITE_MODES; i++) {
		ending_status = EXIT_FAILURE;
		expect(&mortal, &suite_modes[i], "a worker ended early with exit status 1");
		ending_status = EXIT_SUCCESS;
		expect(&mortal, &suite_modes[i], "a worker ended early with exit status 0");
	}
}

/* --- a worker does not end ------------------------------------------------------------------- */

static void test_deadline(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < SUITE_MODES; i++) {
		assert_int_equal(run(&suite_endless, &suite_modes[i], soon_ns), -ETIMEDOUT);
		assert_non_null(strstr(error.text, "did not end within its deadline"));
	}
}

static uint64_t hang_last(const void *data, uint64_t first, uint64_t count)
{
	return first + count == UNITS ? suite_hang(data, first, count)
				      : suite_run_bare(data, first, count);
}

static uint64_t hang_last_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)thread;
	return hang_last(data, first, count);
}

/* All other workers have long ended. */
static void test_deadline_of_the_last_worker(void **unused)
{
	(void)unused;
	static const struct kernel kernel = {
		.form = { .name = "endless" },
		.run_bare = hang_last,
		.run_polling = hang_last_polling,
	};
	assert_int_equal(run(&kernel, &suite_modes[SUITE_PROCESSES], 4 * soon_ns), -ETIMEDOUT);
	assert_int_equal(run(&kernel, &suite_modes[SUITE_NO_LOCK], 4 * soon_ns), -ETIMEDOUT);
}

/* --- a worker does not start ----------------------------------------------------------------- */

/* The second worker to arrive ends. */
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

static void check_stillborn(const char *how)
{
	char text[ERROR_TEXT_MAX];
	int worker = -1;
	assert_int_equal(run(&stillborn, &suite_modes[SUITE_PROCESSES], SUITE_FOREVER_NS), -ECHILD);
	assert_int_equal(sscanf(error.text, "worker %d ", &worker), 1);
	assert_in_range(worker, 0, WORKERS - 1);
	snprintf(text, sizeof(text), "worker %d %s", worker, how);
	assert_string_equal(error.text, text);
	assert_int_equal(notes->calls, 0);
}

static void test_worker_ends_before_the_start(void **unused)
{
	(void)unused;
	ending = BY_KILL;
	check_stillborn("was killed by signal 9 (Killed)");
	ending = BY_EXIT;
	ending_status = 7;
	check_stillborn("ended early with exit status 7");
	ending_status = EXIT_SUCCESS;
	check_stillborn("ended before the start");
	expect(&stillborn, &suite_modes[SUITE_ONE_LOCK], "a worker ended early with exit status 0");
	ending_status = EXIT_FAILURE;
	expect(&stillborn, &suite_modes[SUITE_PROCESSES],
		"a worker ended early with exit status 1");
}

/* --- a worker is not where it was bound ------------------------------------------------------ */

static cpu_set_t allowed;

/* Moves the calling worker, the second to arrive, to another processor. */
static void move_second(void)
{
	cpu_set_t others = allowed;
	if (suite_add(&notes->tickets, 1) == 2) {
		CPU_CLR((size_t)sched_getcpu(), &others);
		sched_setaffinity(0, sizeof(others), &others);
	}
}

static void move_before_the_start(const void *data)
{
	(void)data;
	move_second();
}

static uint64_t move_meanwhile(const void *data, uint64_t first, uint64_t count)
{
	move_second();
	return suite_run_bare(data, first, count);
}

static uint64_t move_meanwhile_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	move_second();
	return suite_run_polling(data, first, count, thread);
}

static void check_moved(
	const struct kernel *kernel, const struct suite_mode *mode, const char *when)
{
	int worker = -1;
	int pu = -1;
	int other = -1;
	int length = 0;
	assert_int_equal(run(kernel, mode, SUITE_FOREVER_NS), -ECHILD);
	sscanf(error.text, "worker %d was bound to PU %d but ran on PU %d at the %n", &worker, &pu,
		&other, &length);
	assert_in_range(worker, 0, WORKERS - 1);
	assert_int_not_equal(pu, other);
	assert_int_equal(strncmp(error.text + length, when, strlen(when)), 0);
}

static void test_worker_is_moved(void **unused)
{
	(void)unused;
	static const int modes[] = { SUITE_ONE_LOCK, SUITE_NO_LOCK, SUITE_PROCESSES,
		SUITE_OWN_LOCKS };
	static const struct kernel early = {
		.form = { .name = "early" },
		.prepare = move_before_the_start,
		.run_bare = suite_run_bare,
		.run_polling = suite_run_polling,
	};
	static const struct kernel late = {
		.form = { .name = "late" },
		.run_bare = move_meanwhile,
		.run_polling = move_meanwhile_polling,
	};
	assert_int_equal(sched_getaffinity(0, sizeof(allowed), &allowed), 0);
	if (CPU_COUNT(&allowed) < 2) {
		skip();
	}
	for (size_t i = 0; i < TRIES * LENGTH(modes); i++) {
		const struct suite_mode *mode = &suite_modes[modes[i % LENGTH(modes)]];
		check_moved(&early, mode, "start");
		assert_int_equal(notes->calls, 0);
		check_moved(&late, mode, "end");
	}
}

/* --- afterwards ------------------------------------------------------------------------------ */

static void test_the_next_region_succeeds(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < SUITE_MODES; i++) {
		assert_int_equal(run(&suite_kernel, &suite_modes[i], SUITE_FOREVER_NS), 0);
		assert_true(result.checksum == suite_sum(0, UNITS));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_worker_is_killed),
		cmocka_unit_test(test_worker_exits),
		cmocka_unit_test(test_worker_exits_with_misleading_status),
		cmocka_unit_test(test_deadline),
		cmocka_unit_test(test_deadline_of_the_last_worker),
		cmocka_unit_test(test_worker_ends_before_the_start),
		cmocka_unit_test(test_worker_is_moved),
		cmocka_unit_test(test_the_next_region_succeeds),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
