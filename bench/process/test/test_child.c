/* Children: how they end, how they are ended, and who is left alone. */
#include "child.h"
#include "shared.h"
#include "strangers.h"
#include "test.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t forever_ns = 60 * INT64_C(1000000000);
static const int64_t moment_ns = 100 * INT64_C(1000000);

/* In shared memory. */
struct notes {
	pid_t runner;
	bool ended_in_order;
};

static struct notes *notes;
static struct signals signals;
static struct error error;

static int set_up(void **unused)
{
	(void)unused;
	signal(SIGTERM, SIG_DFL);
	error.text[0] = '\0';
	notes = shared_create(sizeof(*notes), &error);
	notes->runner = getpid();
	return signals_init(&signals, &error);
}

/* No child is left, not even one that has ended. */
static int tear_down(void **unused)
{
	(void)unused;
	bool left = waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD;
	shared_destroy(notes, sizeof(*notes));
	signals_finish(&signals);
	return left;
}

static int run(int (*main)(void *context), int64_t deadline_ns, bool ends_on_sigterm, int *status)
{
	const struct limits limits = { deadline_ns, &signals };
	const struct child child = { main, notes, &limits, ends_on_sigterm };
	return child_run(&child, status, &error);
}

static int end_with_7(void *context)
{
	(void)context;
	return 7;
}

static int end_by_signal(void *context)
{
	(void)context;
	return raise(SIGKILL);
}

static void test_status(void **unused)
{
	(void)unused;
	char text[128];
	int status;
	assert_int_equal(run(end_with_7, forever_ns, false, &status), 0);
	assert_int_equal(WEXITSTATUS(status), 7);
	child_describe_status(text, sizeof(text), status);
	assert_string_equal(text, "ended early with exit status 7");
	assert_int_equal(run(end_by_signal, forever_ns, false, &status), 0);
	child_describe_status(text, sizeof(text), status);
	assert_string_equal(text, "was killed by signal 9 (Killed)");
}

/* As `sh -c "trap '' CHLD; exec gilbench"` leaves it. */
static void test_status_with_sigchld_ignored_before(void **unused)
{
	(void)unused;
	int status;
	signals_finish(&signals);
	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(signals_init(&signals, &error), 0);
	assert_int_equal(run(end_with_7, forever_ns, false, &status), 0);
	assert_int_equal(WEXITSTATUS(status), 7);
}

static int leave_grandchild(void *context)
{
	struct notes *shared = context;
	pid_t process = fork();
	if (process == 0) {
		usleep(50000);
		shared->ended_in_order = true;
		_exit(0);
	}
	return 0;
}

static void test_waits_for_grandchildren(void **unused)
{
	(void)unused;
	int status;
	assert_int_equal(run(leave_grandchild, forever_ns, false, &status), 0);
	assert_int_equal(status, 0);
	assert_true(notes->ended_in_order);
}

static int ignore_all(void *context)
{
	(void)context;
	signal(SIGTERM, SIG_IGN);
	fork();
	while (pause()) {
	}
	return 0;
}

static void test_deadline(void **unused)
{
	(void)unused;
	int status;
	assert_int_equal(run(ignore_all, moment_ns, false, &status), -ETIMEDOUT);
	assert_string_equal(error.text, "did not end within its deadline of 0 s");
}

/* Longer than poll() can be told. */
static void test_deadline_that_is_very_long(void **unused)
{
	(void)unused;
	int status;
	assert_int_equal(run(leave_grandchild, INT64_MAX / 2, false, &status), 0);
	assert_true(notes->ended_in_order);
}

static int interrupt(void *context)
{
	const struct notes *shared = context;
	kill(shared->runner, SIGTERM);
	while (pause()) {
	}
	return 0;
}

static void test_interruption(void **unused)
{
	(void)unused;
	int status;
	assert_int_equal(run(interrupt, forever_ns, false, &status), -EINTR);
	assert_string_equal(error.text, "interrupted by SIGTERM");
	assert_int_equal(signals_take(&signals), 0);
}

static int end_on_sigterm(void *context)
{
	struct notes *shared = context;
	int number;
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigprocmask(SIG_BLOCK, &set, NULL);
	kill(shared->runner, SIGTERM);
	sigwait(&set, &number);
	usleep(20000);
	shared->ended_in_order = true;
	return 0;
}

static void test_may_end_in_order(void **unused)
{
	(void)unused;
	int status;
	assert_int_equal(run(end_on_sigterm, forever_ns, true, &status), -EINTR);
	assert_true(notes->ended_in_order);
}

/* This takes CHILD_PATIENCE_MS. */
static void test_is_killed_in_the_end(void **unused)
{
	(void)unused;
	int status;
	assert_int_equal(run(ignore_all, moment_ns, true, &status), -ETIMEDOUT);
}

/* A child that is not child_run()'s, as a shell's background job from before `exec`. */
static void test_leaves_other_children_alone(void **unused)
{
	(void)unused;
	int status;
	const struct strangers strangers = strangers_start();
	assert_int_equal(run(end_with_7, forever_ns, false, &status), 0);
	assert_int_equal(run(ignore_all, moment_ns, false, &status), -ETIMEDOUT);
	strangers_expect_untouched(&strangers);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_status),
		TEST(test_status_with_sigchld_ignored_before),
		TEST(test_waits_for_grandchildren),
		TEST(test_deadline),
		TEST(test_deadline_that_is_very_long),
		TEST(test_interruption),
		TEST(test_may_end_in_order),
		TEST(test_is_killed_in_the_end),
		TEST(test_leaves_other_children_alone),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
