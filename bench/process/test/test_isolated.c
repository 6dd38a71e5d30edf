/*
 * Isolated functions, and tasks that are spawned by name: what returns, how failures are told, and
 * that no process is left behind. The test executes itself to run its tasks.
 */
#include "isolated.h"
#include "spawn_task.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t forever_ns = 60 * INT64_C(1000000000);
static const int64_t moment_ns = 100 * INT64_C(1000000);

struct answer {
	int number;
};

static struct answer answer;
static struct signals signals;
static struct error error;

static int set_up(void **unused)
{
	(void)unused;
	signal(SIGTERM, SIG_DFL);
	answer = (struct answer){ .number = -1 };
	error.text[0] = '\0';
	return signals_init(&signals, &error);
}

static int tear_down(void **unused)
{
	(void)unused;
	signals_finish(&signals);
	return waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD;
}

static int run(int (*function)(void *, void *, struct error *), int64_t deadline_ns)
{
	const struct limits limits = { deadline_ns, &signals };
	const struct isolated isolated = { function, NULL, sizeof(answer), "the probe" };
	return isolated_run(&isolated, &limits, &answer, &error);
}

/* --- what returns ---------------------------------------------------------------------------- */

static int succeed(void *context, void *result, struct error *reason)
{
	(void)context;
	(void)reason;
	struct answer *own = result;
	own->number = 42;
	return 0;
}

static int refuse(void *context, void *result, struct error *reason)
{
	(void)context;
	((struct answer *)result)->number = 1;
	return error_set(reason, -ERANGE, "no such number");
}

static int crash(void *context, void *result, struct error *reason)
{
	(void)context;
	(void)result;
	(void)reason;
	return raise(SIGKILL);
}

__attribute__((noreturn)) static int hang(void *context, void *result, struct error *reason)
{
	(void)context;
	(void)result;
	(void)reason;
	for (;;) {
		pause();
	}
}

static void test_result(void **unused)
{
	(void)unused;
	assert_int_equal(run(succeed, forever_ns), 0);
	assert_int_equal(answer.number, 42);
}

static void test_failures(void **unused)
{
	(void)unused;
	assert_int_equal(run(refuse, forever_ns), -ECHILD);
	assert_string_equal(error.text, "no such number");
	assert_int_equal(run(crash, forever_ns), -ECHILD);
	assert_string_equal(error.text, "the probe was killed by signal 9 (Killed)");
	assert_int_equal(run(hang, moment_ns), -ETIMEDOUT);
	assert_non_null(strstr(error.text, "did not end within its deadline"));
	assert_int_equal(answer.number, -1);
}

/* --- processes that it starts ---------------------------------------------------------------- */

/* A process in a session of its own, with nothing open, that outlives the function. */
static int leave_process(void *context, void *result, struct error *reason)
{
	(void)context;
	(void)reason;
	(void)result;
	if (fork() == 0) {
		setsid();
		for (int fd = 0; fd < 64; fd++) {
			close(fd);
		}
		for (;;) {
			pause();
		}
	}
	return 0;
}

static void test_processes_left_behind(void **unused)
{
	(void)unused;
	assert_int_equal(run(leave_process, forever_ns), -ECHILD);
	assert_non_null(strstr(error.text, "a process that it started is still running"));
}

/* --- tasks ----------------------------------------------------------------------------------- */

static int task_add(int count, char **words)
{
	return count == 2 ? atoi(words[0]) + atoi(words[1]) : 99;
}

static int task_echo(int count, char **words)
{
	(void)words;
	char byte;
	ssize_t got = read(STDIN_FILENO, &byte, 1);
	return got == 1 && write(STDOUT_FILENO, &byte, 1) == 1 ? count : 99;
}

static const struct spawn_task tasks[] = {
	{ "probe-add", task_add },
	{ "probe-echo", task_echo },
	{ 0 },
};

static int status_of(pid_t process)
{
	int status;
	assert_true(process > 0);
	assert_int_equal(waitpid(process, &status, 0), process);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_tasks(void **unused)
{
	(void)unused;
	static const char *const words[] = { "3", "4", NULL };
	assert_int_equal(status_of(spawn_start("probe-add", words, -1, -1, &error)), 7);
	assert_int_equal(
		status_of(spawn_start("no-such-task", words, -1, -1, &error)), SPAWN_UNKNOWN);
	assert_null(spawn_find(tasks, "probe"));
	assert_null(spawn_find(NULL, "probe-add"));
}

static void test_files_of_tasks(void **unused)
{
	(void)unused;
	int input[2];
	int output[2];
	char byte = 0;
	assert_int_equal(pipe(input), 0);
	assert_int_equal(pipe(output), 0);
	pid_t process = spawn_start("probe-echo", NULL, input[0], output[1], &error);
	assert_int_equal(write(input[1], "x", 1), 1);
	assert_int_equal(status_of(process), 0);
	assert_int_equal(read(output[0], &byte, 1), 1);
	assert_int_equal(byte, 'x');
	for (int i = 0; i < 2; i++) {
		close(input[i]);
		close(output[i]);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_result),
		TEST(test_failures),
		TEST(test_processes_left_behind),
		TEST(test_tasks),
		TEST(test_files_of_tasks),
	};
	if (argc > 2 && strcmp(argv[1], SPAWN_OPTION) == 0) {
		const struct spawn_task *task = spawn_find(tasks, argv[2]);
		return task ? task->run(argc - 3, argv + 3) : SPAWN_UNKNOWN;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
