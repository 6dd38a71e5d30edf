/* Signals: which of them are read from the descriptor, and which are left alone. */
#include "signals.h"
#include "test.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

static const int ending[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGALRM,
	SIGVTALRM, SIGPROF, SIGXCPU, SIGIO, SIGPWR, SIGSTKFLT };

enum { ENDING = sizeof(ending) / sizeof(ending[0]) };

static struct signals signals;

static int set_defaults(void **unused)
{
	(void)unused;
	for (int i = 0; i < ENDING; i++) {
		signal(ending[i], SIG_DFL);
	}
	return 0;
}

static void start(void)
{
	struct error error = { "" };
	assert_int_equal(signals_init(&signals, &error), 0);
}

static bool is_readable(void)
{
	struct pollfd file = { .fd = signals.fd, .events = POLLIN };
	return poll(&file, 1, 0) == 1;
}

static void test_each_is_taken_once(void **unused)
{
	(void)unused;
	start();
	assert_int_equal(signals_take(&signals), 0);
	for (int i = 0; i < ENDING; i++) {
		assert_false(is_readable());
		assert_int_equal(kill(getpid(), ending[i]), 0);
		assert_true(is_readable());
		assert_int_equal(signals_take(&signals), ending[i]);
		assert_int_equal(signals_take(&signals), 0);
	}
	signals_finish(&signals);
}

static void test_mask_is_restored(void **unused)
{
	(void)unused;
	sigset_t mask;
	start();
	signals_finish(&signals);
	sigprocmask(SIG_SETMASK, NULL, &mask);
	for (int i = 0; i < ENDING; i++) {
		assert_int_equal(sigismember(&mask, ending[i]), 0);
	}
}

static void test_ignored_stays_ignored(void **unused)
{
	(void)unused;
	signal(SIGHUP, SIG_IGN);
	start();
	assert_int_equal(kill(getpid(), SIGHUP), 0);
	assert_int_equal(signals_take(&signals), 0);
	signals_finish(&signals);
	signal(SIGHUP, SIG_DFL);
}

static volatile sig_atomic_t handled;

static void handle(int number)
{
	handled = number;
}

/* As a profiler has one. */
static void test_handler_is_left_alone(void **unused)
{
	(void)unused;
	signal(SIGPROF, handle);
	start();
	handled = 0;
	assert_int_equal(kill(getpid(), SIGPROF), 0);
	assert_int_equal(handled, SIGPROF);
	assert_int_equal(signals_take(&signals), 0);
	signals_finish(&signals);
}

/* With SIGCHLD ignored, the system reaps children itself, and waitpid() fails. */
static void test_inherited_ignored_sigchld(void **unused)
{
	(void)unused;
	int status;
	signal(SIGCHLD, SIG_IGN);
	start();
	pid_t child = fork();
	if (child == 0) {
		_exit(3);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(WEXITSTATUS(status), 3);
	signals_finish(&signals);
}

static void expect_disposition(int number, void (*expected)(int))
{
	struct sigaction action;
	assert_int_equal(sigaction(number, NULL, &action), 0);
	assert_true(action.sa_handler == expected);
}

static void test_dispositions_for_programs(void **unused)
{
	(void)unused;
	signal(SIGHUP, SIG_IGN);
	start();
	expect_disposition(SIGPIPE, SIG_IGN);
	expect_disposition(SIGXFSZ, SIG_IGN);
	signals_reset_dispositions();
	expect_disposition(SIGPIPE, SIG_DFL);
	expect_disposition(SIGXFSZ, SIG_DFL);
	expect_disposition(SIGCHLD, SIG_DFL);
	expect_disposition(SIGHUP, SIG_IGN);
	signals_finish(&signals);
}

#define TEST(name) cmocka_unit_test_setup(name, set_defaults)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_each_is_taken_once),
		TEST(test_mask_is_restored),
		TEST(test_ignored_stays_ignored),
		TEST(test_handler_is_left_alone),
		TEST(test_inherited_ignored_sigchld),
		TEST(test_dispositions_for_programs),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
