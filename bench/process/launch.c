/*
 * See launch.h. A third pipe, which exec() closes, reports why the program could not be started.
 */
#include "launch.h"

#include "signals.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
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
__attribute__((noreturn)) static void become(char *const *words, int input,
	const struct signals *signals, const struct pipes *pipes, pid_t parent)
{
	if (input < 0) {
		input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	dup2(input, STDIN_FILENO);
	dup2(pipes->output[1], STDOUT_FILENO);
	dup2(pipes->errors[1], STDERR_FILENO);
	signals_reset_dispositions();
	if (signals) {
		signals_restore(signals);
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent) {
		execvp(words[0], words);
	}
	int code = errno;
	ssize_t written = write(pipes->failure[1], &code, sizeof(code));
	_exit(written == sizeof(code) ? EXIT_FAILURE : EXIT_FAILURE + 1);
}

/* Finds the file that execvp() has tried to execute. */
static bool find_program(const char *program, char path[PATH_MAX])
{
	const char *folders = strchr(program, '/') ? "" : getenv("PATH");
	for (const char *end; folders; folders = *end ? end + 1 : NULL) {
		end = strchrnul(folders, ':');
		int length = snprintf(path, PATH_MAX, "%.*s%s%s", (int)(end - folders), folders,
			end > folders ? "/" : "", program);
		if (length < PATH_MAX && access(path, X_OK) == 0) {
			return true;
		}
	}
	return false;
}

/* Fills `interpreter` with the one in the first line of a script; "" if there is none. */
static void read_interpreter(const char *path, char interpreter[PATH_MAX])
{
	char text[PATH_MAX] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		ssize_t length = read(fd, text, sizeof(text) - 1);
		text[length > 0 ? length : 0] = '\0';
		close(fd);
	}
	const char *begin = text + 2 + strspn(text + 2, " \t");
	bool is_script = text[0] == '#' && text[1] == '!';
	snprintf(interpreter, PATH_MAX, "%.*s", is_script ? (int)strcspn(begin, " \t\r\n") : 0,
		begin);
}

/* That a file does not exist may mean the program, or what the kernel needs to start it. */
static int explain_missing(const char *program, struct error *error)
{
	char path[PATH_MAX];
	char interpreter[PATH_MAX];
	if (!find_program(program, path)) {
		return error_set(error, -ENOENT, "there is no program '%s'", program);
	}
	read_interpreter(path, interpreter);
	if (!interpreter[0] || access(interpreter, F_OK) == 0) {
		return error_set(error, -ENOENT,
			"'%s' could not be started: the interpreter or loader that it needs is "
			"missing",
			program);
	}
	return error_set(error, -ENOENT,
		"'%s' could not be started: its interpreter '%s' (in its first line, #!) is "
		"missing",
		program, interpreter);
}

static int explain_failure(const char *program, int code, struct error *error)
{
	return code == ENOENT ? explain_missing(program, error)
			      : error_system(error, -code, "'%s' could not be started", program);
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

int launch_program(char *const *words, int input, const struct signals *signals,
	struct launch *launch, struct error *error)
{
	struct pipes pipes;
	int result = open_pipes(&pipes, error);
	if (result) {
		return result;
	}
	pid_t parent = getpid();
	pid_t process = fork();
	if (process == 0) {
		become(words, input, signals, &pipes, parent);
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
