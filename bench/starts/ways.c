/* See ways.h. The ways that execute a program are in exec_ways.c and named_ways.c. */
#include "ways.h"

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int start_await(pid_t process, const char *what, struct error *error)
{
	int status;
	char end[128];
	while (waitpid(process, &status, 0) < 0) {
		if (errno != EINTR) {
			return error_system(error, -errno, "could not wait for %s", what);
		}
	}
	if (status == 0) {
		return 0;
	}
	child_describe_status(end, sizeof(end), status);
	return error_set(error, -ECHILD, "%s %s", what, end);
}

static void *end_at_once(void *unused)
{
	return unused;
}

static int start_thread(struct starter *starter, struct error *error)
{
	pthread_t thread;
	(void)starter;
	int code = pthread_create(&thread, NULL, end_at_once, NULL);
	code = code ? code : pthread_join(thread, NULL);
	return code ? error_system(error, -code, "could not start a thread") : 0;
}

static int start_fork(struct starter *starter, struct error *error)
{
	(void)starter;
	pid_t process = fork();
	if (process == 0) {
		_exit(EXIT_SUCCESS);
	}
	return process > 0 ? start_await(process, "the forked process", error)
			   : error_system(error, -errno, "could not fork");
}

const struct start_way start_ways[] = {
	{ "thread", true, START_NOTHING, start_thread },
	{ "fork", false, START_NOTHING, start_fork },
	{ "posix_spawn", false, START_TRUE, start_posix_spawn },
	{ "vfork_exec", false, START_TRUE, start_vfork_exec },
	{ "system", false, START_TRUE, start_system },
	{ "posix_spawn", false, START_GILBENCH, start_gilbench },
	{ "by_name", false, START_GILBENCH, start_by_name },
	{ 0 },
};

int starter_init(struct starter *starter, const char *program, struct error *error)
{
	*starter = (struct starter){ .program = program ? program : "" };
	int length = snprintf(starter->command, sizeof(starter->command), "'%s'", starter->program);
	if ((size_t)length >= sizeof(starter->command) || strchr(starter->program, '\'')) {
		return error_set(error, -EINVAL,
			"the path of a program must be shorter than %d bytes and have no quotes",
			PATH_MAX);
	}
	return pipe2(starter->results, O_CLOEXEC)
		       ? error_system(error, -errno, "could not create a pipe")
		       : 0;
}

void starter_finish(struct starter *starter)
{
	close(starter->results[0]);
	close(starter->results[1]);
}
