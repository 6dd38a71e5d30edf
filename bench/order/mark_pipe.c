/* See mark_pipe.h. The reader ends at end of file, when nobody has the writing end any more. */
#include "mark_pipe.h"

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* As many as Linux reads from a pipe at once. */
enum { READ_SIZE = 4096 };

/* Exit status of the reader, besides 0. */
enum { READER_FULL = 3, READER_FAILED = 4 };

/* --- the reader ------------------------------------------------------------------------------ */

static int read_marks(int input, struct mark_log *log)
{
	unsigned char marks[READ_SIZE];
	for (;;) {
		ssize_t count = read(input, marks, sizeof(marks));
		if (count <= 0 && !(count < 0 && errno == EINTR)) {
			return count < 0 ? READER_FAILED : EXIT_SUCCESS;
		}
		for (ssize_t i = 0; i < count; i++) {
			if (!mark_log_append(log, marks[i])) {
				return READER_FULL;
			}
		}
	}
}

int mark_pipe_open(struct mark_pipe *pipe, struct mark_log *log, struct error *error)
{
	if (pipe2(pipe->ends, O_CLOEXEC)) {
		return error_system(error, -errno, "could not create a pipe for the marks");
	}
	pid_t parent = getpid();
	pipe->reader = fork();
	if (pipe->reader == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(pipe->ends[1]);
		/* The parent may have died before PR_SET_PDEATHSIG. */
		_exit(getppid() == parent ? read_marks(pipe->ends[0], log) : EXIT_FAILURE);
	}
	int code = -errno;
	close(pipe->ends[0]);
	if (pipe->reader < 0) {
		close(pipe->ends[1]);
		return error_system(error, code,
			"could not start the process that reads the marks (is there a limit on "
			"processes, `ulimit -u`?)");
	}
	/* A worker whose reader has ended is to report that, not to die of it. */
	signal(SIGPIPE, SIG_IGN);
	return 0;
}

/* --- the others ------------------------------------------------------------------------------ */

int mark_pipe_write(const struct mark_pipe *pipe, int worker)
{
	unsigned char mark = (unsigned char)worker;
	ssize_t written;
	do {
		written = write(pipe->ends[1], &mark, sizeof(mark));
	} while (written < 0 && errno == EINTR);
	return written < 0 ? -errno : 0;
}

static int explain(int status, struct error *error)
{
	char words[128];
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
		return 0;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == READER_FULL) {
		return error_set(error, -ENOSPC, "the log of marks is full");
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == READER_FAILED) {
		return error_set(error, -EIO, "the marks could not be read from the pipe");
	}
	child_describe_status(words, sizeof(words), status);
	return error_set(error, -ECHILD, "the process that reads the marks %s", words);
}

int mark_pipe_close(struct mark_pipe *pipe, struct error *error)
{
	int status;
	close(pipe->ends[1]);
	while (waitpid(pipe->reader, &status, 0) < 0) {
		if (errno != EINTR) {
			return error_system(error, -errno,
				"could not wait for the process that reads the marks");
		}
	}
	return explain(status, error);
}
