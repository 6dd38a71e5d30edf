/*
 * The ways to start: each succeeds with a program that ends at once, and says what was wrong with
 * one that cannot be executed or fails. The test executes itself to run the tasks.
 */
#include "ways.h"

#include "test.h"
#include "true_program.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* The thread sanitizer makes vfork() a fork(), after which the reason stays in the child. */
#ifdef __SANITIZE_THREAD__
enum { VFORK_IS_FORK = true };
#else
enum { VFORK_IS_FORK = false };
#endif

static struct error error;
static char folder[] = "/tmp/gilbench-test-XXXXXX";
static char program[64];

/* An executable script `true` in a folder of its own. */
static void write_program(const char *text)
{
	FILE *file = fopen(program, "we");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(program, 0755), 0);
}

static int set_up(void **unused)
{
	(void)unused;
	error.text[0] = '\0';
	strcpy(folder, "/tmp/gilbench-test-XXXXXX");
	if (!mkdtemp(folder)) {
		return -1;
	}
	snprintf(program, sizeof(program), "%s/true", folder);
	return 0;
}

/* No child is left, not even one that has ended. */
static int tear_down(void **unused)
{
	(void)unused;
	unlink(program);
	return rmdir(folder) || waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD;
}

static const struct start_way *find(const char *name)
{
	const struct start_way *way = start_ways;
	while (way->name && strcmp(way->name, name) != 0) {
		way++;
	}
	assert_non_null(way->name);
	return way;
}

static int start(const struct start_way *way, const char *path)
{
	struct starter starter;
	assert_int_equal(starter_init(&starter, path, &error), 0);
	int result = way->start(&starter, &error);
	starter_finish(&starter);
	return result;
}

static void test_every_way_works(void **unused)
{
	(void)unused;
	char path[PATH_MAX];
	assert_int_equal(true_program_find(path, &error), 0);
	for (const struct start_way *way = start_ways; way->name; way++) {
		assert_int_equal(start(way, path), 0);
	}
}

/* --- programs that cannot be executed, or fail ------------------------------------------------ */

static void expect_failure(const char *way, int code, const char *format)
{
	char text[256];
	snprintf(text, sizeof(text), format, program);
	assert_int_equal(start(find(way), program), code);
	assert_string_equal(error.text, text);
}

static void test_program_that_is_missing(void **unused)
{
	(void)unused;
	const char *missing = "could not execute '%s': No such file or directory";
	expect_failure("posix_spawn", -ENOENT, missing);
	if (!VFORK_IS_FORK) {
		expect_failure("vfork_exec", -ENOENT, missing);
	}
	expect_failure("system", -ENOEXEC, "the shell could not execute '%s'");
}

static void test_program_that_may_not_be_executed(void **unused)
{
	(void)unused;
	const char *denied = "could not execute '%s': Permission denied";
	write_program("#!/bin/sh\n");
	assert_int_equal(chmod(program, 0644), 0);
	expect_failure("posix_spawn", -EACCES, denied);
	if (!VFORK_IS_FORK) {
		expect_failure("vfork_exec", -EACCES, denied);
	}
	expect_failure("system", -ENOEXEC, "the shell could not execute '%s'");
}

static void test_program_that_fails(void **unused)
{
	(void)unused;
	const char *status = "%s ended early with exit status 3";
	write_program("#!/bin/sh\nexit 3\n");
	expect_failure("posix_spawn", -ECHILD, status);
	expect_failure("vfork_exec", -ECHILD, status);
	expect_failure(
		"system", -ECHILD, "the shell's command '%s' ended early with exit status 3");
	write_program("#!/bin/sh\nkill -KILL $$\n");
	expect_failure("posix_spawn", -ECHILD, "%s was killed by signal 9 (Killed)");
}

static void test_program_that_cannot_be_quoted(void **unused)
{
	(void)unused;
	struct starter starter;
	assert_int_equal(starter_init(&starter, "/tmp/it's/true", &error), -EINVAL);
	assert_non_null(strstr(error.text, "have no quotes"));
}

static void test_finding_the_program(void **unused)
{
	(void)unused;
	char path[PATH_MAX];
	char folders[128];
	char *before = strdup(getenv("PATH"));
	snprintf(folders, sizeof(folders), "relative:/tmp/it's:%s", folder);
	setenv("PATH", folders, 1);
	assert_int_equal(true_program_find(path, &error), -ENOENT);
	assert_non_null(strstr(error.text, folder));
	write_program("#!/bin/sh\n");
	assert_int_equal(true_program_find(path, &error), 0);
	assert_string_equal(path, program);
	assert_int_equal(chmod(program, 0644), 0);
	assert_int_equal(true_program_find(path, &error), -ENOENT);
	setenv("PATH", before, 1);
	free(before);
}

/* --- tasks ----------------------------------------------------------------------------------- */

/* Runs a task with its output and messages in `text`. Returns its exit status. */
static int run_task(const char *name, const char *const *words, char *text, size_t size)
{
	int ends[2];
	int status;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	int messages = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	pid_t process = spawn_start(name, words, -1, ends[1], &error);
	dup2(messages, STDERR_FILENO);
	close(messages);
	close(ends[1]);
	assert_true(process > 0);
	assert_int_equal(waitpid(process, &status, 0), process);
	ssize_t got = read(ends[0], text, size - 1);
	text[got > 0 ? got : 0] = '\0';
	close(ends[0]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_kernel_by_name(void **unused)
{
	(void)unused;
	char text[256];
	const char *const countdown[] = { "countdown", "1000", NULL };
	const char *const chase[] = { "chase:size=64KiB", "10", NULL };
	assert_int_equal(run_task("start-kernel", countdown, text, sizeof(text)), 0);
	assert_string_equal(text, "00000000000003e8\n");
	assert_int_equal(run_task("start-kernel", chase, text, sizeof(text)), 0);
	assert_int_equal(strlen(text), 17);
}

static void test_tasks_that_are_refused(void **unused)
{
	(void)unused;
	static const struct {
		const char *name;
		const char *words[4];
		const char *message;
	} refused[] = {
		{ "start-kernel", { "local", "1", NULL },
			"gilbench: unknown kernel 'local'; known: countdown, primes, mandelbrot, "
			"chase\n" },
		{ "start-kernel", { "countdown", "0", NULL },
			"gilbench: start-kernel: invalid number of units '0'; it takes a whole "
			"number from 1 to 1000000000\n" },
		{ "start-kernel", { "countdown", NULL },
			"gilbench: the task start-kernel takes two words, KERNEL and UNITS, not "
			"1\n" },
		{ "start-nothing", { "x", NULL },
			"gilbench: the task start-nothing takes no words, such as 'x'\n" },
	};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		char text[256];
		int status = run_task(refused[i].name, refused[i].words, text, sizeof(text));
		assert_string_equal(text, refused[i].message);
		assert_int_equal(status, SPAWN_UNKNOWN);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_every_way_works),
		TEST(test_program_that_is_missing),
		TEST(test_program_that_may_not_be_executed),
		TEST(test_program_that_fails),
		TEST(test_program_that_cannot_be_quoted),
		TEST(test_finding_the_program),
		TEST(test_kernel_by_name),
		TEST(test_tasks_that_are_refused),
	};
	if (argc > 2 && strcmp(argv[1], SPAWN_OPTION) == 0) {
		return spawn_find(start_tasks, argv[2])->run(argc - 3, argv + 3);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
