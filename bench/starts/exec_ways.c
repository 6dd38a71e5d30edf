/* The ways that execute `true`; see ways.h. */
#include "ways.h"

#include "child.h"

#include <errno.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* What a shell returns for a command that it may not execute, and for one that it does not find. */
enum { NOT_EXECUTABLE = 126, NOT_FOUND = 127 };

static int could_not_execute(const struct starter *starter, int code, struct error *error)
{
	return error_system(error, -code, "could not execute '%s'", starter->program);
}

int start_posix_spawn(struct starter *starter, struct error *error)
{
	char *const words[] = { (char *)starter->program, NULL }; /* which it does not change */
	pid_t process;
	int code = posix_spawn(&process, starter->program, NULL, NULL, words, environ);
	return code ? could_not_execute(starter, code, error)
		    : start_await(process, starter->program, error);
}

/*
 * The child shares the memory of its parent, and so its errno; the parent sleeps until the child
 * executes the program or exits.
 */
int start_vfork_exec(struct starter *starter, struct error *error)
{
	char *const words[] = { (char *)starter->program, NULL }; /* which it does not change */
	errno = 0;
	pid_t process = vfork(); /* NOLINT(clang-analyzer-security.insecureAPI.vfork) */
	if (process == 0) {
		execve(starter->program, words, environ);
		_exit(NOT_FOUND);
	}
	int code = errno;
	if (process < 0) {
		return error_system(error, -code, "could not vfork");
	}
	int result = start_await(process, starter->program, error);
	return code ? could_not_execute(starter, code, error) : result;
}

int start_system(struct starter *starter, struct error *error)
{
	int status = system(starter->command);
	if (status == 0) {
		return 0;
	}
	if (status < 0) {
		return error_system(error, -errno, "could not start a shell");
	}
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
	if (code == NOT_EXECUTABLE || code == NOT_FOUND) {
		return error_set(
			error, -ENOEXEC, "the shell could not execute %s", starter->command);
	}
	char end[128];
	child_describe_status(end, sizeof(end), status);
	return error_set(error, -ECHILD, "the shell's command %s %s", starter->command, end);
}
