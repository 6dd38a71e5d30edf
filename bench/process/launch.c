/*
 * See launch.h. A third pipe, which exec() closes, reports why the program could not be started.
 */
#include "launch.h"

#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

struct pipes {
	int output[2];
	int errors[2];
	int failure[2]; /* carries the errno value of a failed start */
};

static void close_pipe(const int ends[2])
{
	close(ends[0]);
	close(ends[1]);
}

static int open_pipes(struct pipes *pipes, struct error *error)
{
	int code;
	if (pipe2(pipes->output, O_CLOEXEC)) {
		code = -errno;
		goto error_output;
	}
	if (pipe2(pipes->errors, O_CLOEXEC)) {
		code = -errno;
		goto error_errors;
	}
	if (pipe2(pipes->failure, O_CLOEXEC)) {
		code = -errno;
		goto error_failure;
	}
	return 0;

error_failure:
	close_pipe(pipes->errors);
error_errors:
	close_pipe(pipes->output);
error_output:
	return error_system(error, code, "could not create a pipe");
}

/* In the forked process: becomes the program. */
__attribute__((noreturn)) static void become(
	char *const *words, int input, const struct pipes *pipes, pid_t parent)
{
	if (input < 0) {
		input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	dup2(input, STDIN_FILENO);
	dup2(pipes->output[1], STDOUT_FILENO);
	dup2(pipes->errors[1], STDERR_FILENO);
	signals_reset_dispositions();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent) {
		execvp(words[0], words);
	}
	int code = errno;
	ssize_t written = write(pipes->failure[1], &code, sizeof(code));
	_exit(written == sizeof(code) ? EXIT_FAILURE : EXIT_FAILURE + 1);
}

static int explain_failure(const char *program, int code, struct error *error)
{
	if (code != ENOENT) {
		return error_system(error, -code, "'%s' could not be started", program);
	}
	if (strchr(program, '/') && access(program, F_OK) == 0) {
		return error_set(error, -code,
			"'%s' could not be started: the program in its first line (#!), or its "
			"loader, does not exist",
			program);
	}
	return error_set(error, -code, "there is no program '%s'", program);
}

/* Waits until the forked process has become the program, or reported why it could not. */
static int await_start(
	const char *program, pid_t process, const struct pipes *pipes, struct error *error)
{
	int code;
	if (read(pipes->failure[0], &code, sizeof(code)) != sizeof(code)) {
		return 0;
	}
	waitpid(process, NULL, 0);
	return explain_failure(program, code, error);
}

int launch_program(char *const *words, int input, struct launch *launch, struct error *error)
{
	struct pipes pipes;
	int result = open_pipes(&pipes, error);
	if (result) {
		return result;
	}
	pid_t parent = getpid();
	pid_t process = fork();
	if (process == 0) {
		become(words, input, &pipes, parent);
	}
	if (process < 0) {
		result = error_system(error, -errno,
			"could not fork (is there a limit on processes, `ulimit -u`?)");
	}
	close(pipes.output[1]);
	close(pipes.errors[1]);
	close(pipes.failure[1]);
	result = result ? result : await_start(words[0], process, &pipes, error);
	close(pipes.failure[0]);
	if (result) {
		close(pipes.output[0]);
		close(pipes.errors[0]);
		return result;
	}
	*launch = (struct launch){ process, pipes.output[0], pipes.errors[0],
		pidfd_open(process, 0) };
	return 0;
}
