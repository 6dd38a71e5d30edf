/* See bare_loops.h. */
#include "bare_loops.h"

#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void *nothing(void *unused)
{
	return unused;
}

static bool threads(const char *program, int64_t count)
{
	(void)program;
	for (int64_t i = 0; i < count; i++) {
		pthread_t thread;
		if (pthread_create(&thread, NULL, nothing, NULL) || pthread_join(thread, NULL)) {
			return false;
		}
	}
	return true;
}

static bool forks(const char *program, int64_t count)
{
	(void)program;
	for (int64_t i = 0; i < count; i++) {
		int status;
		pid_t process = fork();
		if (process == 0) {
			_exit(0);
		}
		if (waitpid(process, &status, 0) != process || status) {
			return false;
		}
	}
	return true;
}

static bool spawns(const char *program, int64_t count)
{
	char *const words[] = { (char *)program, NULL };
	for (int64_t i = 0; i < count; i++) {
		int status;
		pid_t process;
		if (posix_spawn(&process, program, NULL, NULL, words, environ) ||
			waitpid(process, &status, 0) != process || status) {
			return false;
		}
	}
	return true;
}

static bool vforks(const char *program, int64_t count)
{
	char *const words[] = { (char *)program, NULL };
	for (volatile int64_t i = 0; i < count; i++) {
		int status;
		pid_t process = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork) */
		if (process == 0) {
			execve(program, words, environ);
			_exit(127);
		}
		if (waitpid(process, &status, 0) != process || status) {
			return false;
		}
	}
	return true;
}

static bool systems(const char *program, int64_t count)
{
	for (int64_t i = 0; i < count; i++) {
		if (system(program)) {
			return false;
		}
	}
	return true;
}

/* Starts this program, which runs a task. */
static bool spawns_itself(const char *program, int64_t count)
{
	char *const words[] = { "gilbench", SPAWN_OPTION, "start-nothing", NULL };
	(void)program;
	for (int64_t i = 0; i < count; i++) {
		int status;
		pid_t process;
		if (posix_spawn(&process, "/proc/self/exe", NULL, NULL, words, environ) ||
			waitpid(process, &status, 0) != process || status) {
			return false;
		}
	}
	return true;
}

static bool spawn_to(int output)
{
	char *const words[] = { "gilbench", SPAWN_OPTION, "start-kernel", "countdown", "1", NULL };
	posix_spawn_file_actions_t actions;
	pid_t process;
	int status;
	bool ok = posix_spawn_file_actions_init(&actions) == 0 &&
		  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) == 0 &&
		  posix_spawn(&process, "/proc/self/exe", &actions, NULL, words, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	return ok && waitpid(process, &status, 0) == process && !status;
}

static bool names(const char *program, int64_t count)
{
	int ends[2];
	char line[17];
	(void)program;
	bool ok = pipe2(ends, O_CLOEXEC) == 0;
	for (int64_t i = 0; ok && i < count; i++) {
		ok = spawn_to(ends[1]) && read(ends[0], line, sizeof(line)) == sizeof(line);
	}
	close(ends[0]);
	close(ends[1]);
	return ok;
}

static const struct {
	const char *way;
	enum start_program executes;
	bool (*run)(const char *program, int64_t count);
} loops[] = {
	{ "thread", START_NOTHING, threads },
	{ "fork", START_NOTHING, forks },
	{ "posix_spawn", START_TRUE, spawns },
	{ "vfork_exec", START_TRUE, vforks },
	{ "system", START_TRUE, systems },
	{ "posix_spawn", START_GILBENCH, spawns_itself },
	{ "by_name", START_GILBENCH, names },
};

bool bare_loop_run(const struct start_way *way, const char *program, int64_t count)
{
	for (size_t i = 0; i < sizeof(loops) / sizeof(loops[0]); i++) {
		if (strcmp(loops[i].way, way->name) == 0 && loops[i].executes == way->executes) {
			return loops[i].run(program, count);
		}
	}
	return false;
}
