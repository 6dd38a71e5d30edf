/*
 * What a program leaves behind is ended, wherever it hides, and other children are left alone.
 * Most programs are scripts of /bin/sh; the one that changes its user is this test itself, see
 * main().
 */
#include "strangers.h"
#include "subprocess_suite.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_program_that_kills_its_listener(void **unused)
{
	(void)unused;
	static const char text[] = "the process that read its output was killed by signal 9 "
				   "(Killed)";
	suite_expect_failure("kill -9 $PPID", text);
	/* It leaves a process in a session of its own; tear_down() finds out whether it lives. */
	suite_expect_failure("setsid sleep 100 >/dev/null 2>&1 & kill -9 $PPID", text);
	suite_expect_failure("setsid sh -c '(setsid sleep 100 &) ; sleep 100' >/dev/null 2>&1 &"
			     "sleep 0.1; kill -9 $PPID",
		text);
}

static void test_daemon_after_the_deadline(void **unused)
{
	(void)unused;
	assert_int_equal(suite_run("setsid sleep 100 >/dev/null 2>&1 & sleep 100", SUITE_MOMENT_NS),
		-ETIMEDOUT);
}

/* Children that the program left, and that have ended, are reaped at once. */
static void test_no_zombies(void **unused)
{
	(void)unused;
	notes->count_children = true;
	assert_int_equal(
		suite_run("i=0; while [ $i -lt 50 ]; do (true & ); i=$((i + 1)); done; echo a",
			SUITE_FOREVER_NS),
		0);
	assert_int_equal(notes->children, 1);
}

/* A child of the caller that subprocess_run() did not start. */
static void test_leaves_other_children_alone(void **unused)
{
	(void)unused;
	const struct strangers strangers = strangers_start();
	assert_int_equal(suite_run("echo a", SUITE_FOREVER_NS), 0);
	assert_int_equal(suite_run("exit 1", SUITE_FOREVER_NS), -ECHILD);
	assert_int_equal(suite_run("setsid sleep 100 & sleep 100", SUITE_MOMENT_NS), -ETIMEDOUT);
	strangers_expect_untouched(&strangers);
}

static void test_inherited_ignored_sigchld(void **unused)
{
	(void)unused;
	signals_finish(&signals);
	signal(SIGCHLD, SIG_IGN);
	assert_int_equal(signals_init(&signals, &error), 0);
	/* Bit 16, of SIGCHLD (17), is not set in what the program ignores. */
	suite_expect_lines("grep -c '^SigIgn:.*[02468ace]....$' /proc/self/status", "1|");
}

/* The runner is killed: the supervisor ends the rest. */
static void test_runner_is_killed(void **unused)
{
	(void)unused;
	notes->interrupt = 0;
	pid_t runner = fork();
	if (runner == 0) {
		suite_run("setsid sleep 100 >/dev/null 2>&1 & echo a; sleep 100", SUITE_FOREVER_NS);
		_exit(0);
	}
	while (__atomic_load_n(&notes->lines, __ATOMIC_SEQ_CST) == 0) {
		usleep(1000);
	}
	assert_int_equal(kill(runner, SIGKILL), 0);
}

/* --- a program that may not be killed -------------------------------------------------------- */

static char copy_folder[] = "/tmp/test-descendants.XXXXXX";
static char copy_path[PATH_MAX];

/* Copies this test, for a program that anybody may start, and that then belongs to root. */
static void make_setuid_copy(void)
{
	char buffer[1 << 16];
	ssize_t got;
	assert_non_null(mkdtemp(copy_folder));
	assert_int_equal(chmod(copy_folder, 0755), 0);
	snprintf(copy_path, sizeof(copy_path), "%s/become-root", copy_folder);
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(copy_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
	while ((got = read(from, buffer, sizeof(buffer))) > 0) {
		assert_int_equal(write(to, buffer, (size_t)got), got);
	}
	close(from);
	assert_int_equal(close(to), 0);
	assert_int_equal(chmod(copy_path, 04755), 0);
}

/* In a process of another user. */
__attribute__((noreturn)) static void run_as_nobody(void)
{
	enum { NOBODY = 65534 };
	char mode[] = "become-root";
	char *words[] = { copy_path, mode, NULL };
	bool ok = setresgid(NOBODY, NOBODY, NOBODY) == 0 && setresuid(NOBODY, NOBODY, NOBODY) == 0;
	prctl(PR_SET_DUMPABLE, 1);
	notes->runner = getpid();
	notes->interrupt = 1; /* when it has become root, and says so */
	int result = ok ? suite_run_words(words, false, -1, SUITE_FOREVER_NS) : 0;
	notes->outcome.supervised.error = error;
	_exit(result == -EINTR ? 0 : 1);
}

static void test_gives_up_what_it_may_not_kill(void **unused)
{
	(void)unused;
	int status;
	char text[128];
	if (geteuid() != 0) {
		print_message("  needs root\n");
		skip();
	}
	make_setuid_copy();
	pid_t runner = fork();
	if (runner == 0) {
		run_as_nobody();
	}
	assert_int_equal(waitpid(runner, &status, 0), runner);
	unlink(copy_path);
	rmdir(copy_folder);
	if (strcmp(notes->kept, "root|") != 0) {
		print_message("  needs a /tmp where programs may be setuid\n");
		skip();
	}
	pid_t survivor = notes->outcome.supervised.survivor;
	assert_int_equal(kill(survivor, SIGKILL), 0);
	assert_int_equal(status, 0);
	assert_int_equal(notes->outcome.supervised.survivor_code, -EPERM);
	snprintf(text, sizeof(text),
		"interrupted by SIGTERM; process %d, which it started, could not be ended (not "
		"permitted)",
		(int)survivor);
	assert_string_equal(notes->outcome.supervised.error.text, text);
}

/* The program of that test. */
static int become_root(void)
{
	if (setresuid(0, 0, 0)) {
		puts("not root");
		return EXIT_FAILURE;
	}
	puts("root");
	fflush(stdout);
	while (pause()) {
	}
	return EXIT_SUCCESS;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, suite_set_up, suite_tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_program_that_kills_its_listener),
		TEST(test_daemon_after_the_deadline),
		TEST(test_no_zombies),
		TEST(test_leaves_other_children_alone),
		TEST(test_inherited_ignored_sigchld),
		TEST(test_runner_is_killed),
		TEST(test_gives_up_what_it_may_not_kill),
	};
	if (argc > 1 && strcmp(argv[1], "become-root") == 0) {
		return become_root();
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
