/*
 * Tests of signals to the runner while a region runs: Ctrl-C and the like end the region with their
 * name as the reason, and the region does not outlive a runner that is killed.
 */
#include "region_suite.h"

enum { UNITS = 100, WORKERS = 3 };

static int run(const struct kernel *kernel, const struct suite_mode *mode, struct error *error)
{
	struct region_result result;
	struct suite_region region = {
		.mode = mode,
		.lock = "cpython3",
		.kernel = kernel,
		.units = UNITS,
		.workers = mode->locks == WORKER_BARE ? 1 : WORKERS,
	};
	suite_reset(NULL);
	return suite_run(&region, &result, error);
}

/* --- a signal that the runner handles -------------------------------------------------------- */

static int interrupt;

static uint64_t interrupt_runner(const void *data, uint64_t first, uint64_t count)
{
	if (suite_add(&notes->tickets, 1) == 1) {
		kill(notes->runner, interrupt);
	}
	return suite_hang(data, first, count);
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
	for (size_t i = 0; i < SUITE_MODES; i++) {
		struct error error = { "" };
		assert_int_equal(run(&interrupting, &suite_modes[i], &error), -EINTR);
		assert_string_equal(error.text, text);
	}
}

static void test_signals_end_the_region(void **unused)
{
	(void)unused;
	check_interrupt(SIGTERM, "interrupted by SIGTERM");
	check_interrupt(SIGINT, "interrupted by SIGINT");
	check_interrupt(SIGHUP, "interrupted by SIGHUP");
}

/* --- a runner that is killed ----------------------------------------------------------------- */

static void check_orphans(const struct suite_mode *mode)
{
	suite_reset(NULL);
	pid_t runner = fork();
	if (runner == 0) {
		struct error error;
		run(&suite_endless, mode, &error);
		_exit(EXIT_SUCCESS);
	}
	while (suite_load(&notes->calls) == 0) {
		usleep(1000);
	}
	assert_int_equal(kill(runner, SIGKILL), 0);
	assert_int_equal(waitpid(runner, NULL, 0), runner);
	suite_assert_orphans_end();
}

/* A killed runner cannot kill anybody: the region and its workers have to notice. */
static void test_runner_is_killed(void **unused)
{
	(void)unused;
	check_orphans(&suite_modes[SUITE_ONE_LOCK]);
	check_orphans(&suite_modes[SUITE_PROCESSES]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals_end_the_region),
		cmocka_unit_test(test_runner_is_killed),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
