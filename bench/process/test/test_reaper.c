/*
 * Descendants: adopted, reaped and killed wherever they are. Each test body runs in a forked
 * process, since a subreaper stays one; it records, and the test asserts.
 */
#include "reaper.h"
#include "shared.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* In shared memory. */
struct record {
	pid_t daemon;
	int waited;
	int killed;
	pid_t survivor;
	int reaped;
	int last;
};

static struct record *record;

static int set_up(void **unused)
{
	(void)unused;
	struct error error;
	record = shared_create(sizeof(*record), &error);
	return !record;
}

static int tear_down(void **unused)
{
	(void)unused;
	shared_destroy(record, sizeof(*record));
	return 0;
}

static void run_in_child(void (*run)(void))
{
	int status;
	pid_t child = fork();
	if (child == 0) {
		run();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* Forks a process that runs `run` after its parent has ended, in a session of its own. */
static void fork_daemon(void (*run)(void))
{
	pid_t parent = fork();
	if (parent == 0) {
		if (fork() == 0) {
			setsid();
			signal(SIGTERM, SIG_IGN);
			__atomic_store_n(&record->daemon, getpid(), __ATOMIC_SEQ_CST);
			run();
			_exit(0);
		}
		while (!__atomic_load_n(&record->daemon, __ATOMIC_SEQ_CST)) {
			usleep(100);
		}
		_exit(0);
	}
}

static void sleep_forever(void)
{
	for (;;) {
		pause();
	}
}

static void kill_daemon(void)
{
	reaper_adopt();
	fork_daemon(sleep_forever);
	record->waited = reaper_wait(100);
	record->killed = reaper_kill(10000, &record->survivor);
	record->last = reaper_reap(NULL, NULL);
}

static void test_kills_a_daemon(void **unused)
{
	(void)unused;
	run_in_child(kill_daemon);
	assert_int_equal(record->waited, -ETIMEDOUT);
	assert_int_equal(record->killed, 0);
	assert_int_equal(record->survivor, 0);
	assert_int_equal(record->last, -ECHILD);
	assert_true(record->daemon > 0);
	assert_int_equal(kill(record->daemon, 0), -1);
	assert_int_equal(errno, ESRCH);
}

static void fork_tree(void)
{
	for (int i = 0; i < 3; i++) {
		fork();
	}
	sleep_forever();
}

static void kill_tree(void)
{
	reaper_adopt();
	fork_daemon(fork_tree);
	usleep(10000);
	record->killed = reaper_kill(10000, &record->survivor);
	record->last = reaper_reap(NULL, NULL);
}

static void test_kills_a_tree(void **unused)
{
	(void)unused;
	run_in_child(kill_tree);
	assert_int_equal(record->killed, 0);
	assert_int_equal(record->last, -ECHILD);
}

static void sleep_a_little(void)
{
	usleep(50000);
}

static void wait_for_daemon(void)
{
	reaper_adopt();
	fork_daemon(sleep_a_little);
	record->waited = reaper_wait(10000);
}

static void test_waits(void **unused)
{
	(void)unused;
	run_in_child(wait_for_daemon);
	assert_int_equal(record->waited, 0);
}

static void note_reaped(void *context, pid_t child, int status)
{
	struct record *notes = context;
	notes->reaped += child > 0 && WEXITSTATUS(status) == 4;
}

static void reap_some(void)
{
	enum { ENDED = 20 };
	record->last = reaper_reap(note_reaped, record);
	pid_t other = fork();
	if (other == 0) {
		sleep_forever();
	}
	for (int i = 0; i < ENDED; i++) {
		if (fork() == 0) {
			_exit(4);
		}
	}
	while (record->reaped < ENDED && reaper_reap(note_reaped, record) >= 0) {
		usleep(100);
	}
	record->waited = reaper_reap(note_reaped, record);
	record->killed = reaper_kill(10000, &record->survivor);
}

static void test_reaps_those_that_have_ended(void **unused)
{
	(void)unused;
	run_in_child(reap_some);
	assert_int_equal(record->reaped, 20);
	assert_int_equal(record->waited, 0); /* one is left, and has not ended */
	assert_int_equal(record->killed, 0);
}

/* The process that would kill is nobody, and its child is root. */
static void kill_root(void)
{
	enum { NOBODY = 65534 };
	pid_t child = fork();
	if (child == 0) {
		sleep_forever();
	}
	record->daemon = child;
	if (setresuid(NOBODY, NOBODY, NOBODY)) {
		return;
	}
	record->killed = reaper_kill(100, &record->survivor);
}

static void test_gives_up_what_it_may_not_kill(void **unused)
{
	(void)unused;
	if (geteuid() != 0) {
		print_message("  needs root\n");
		skip();
	}
	run_in_child(kill_root);
	kill(record->daemon, SIGKILL);
	assert_int_equal(record->killed, -EPERM);
	assert_int_equal(record->survivor, record->daemon);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_kills_a_daemon),
		TEST(test_kills_a_tree),
		TEST(test_waits),
		TEST(test_reaps_those_that_have_ended),
		TEST(test_gives_up_what_it_may_not_kill),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
