/*
 * See child.h.
 *
 * The child and every process that it forks hold the write end of a pipe, the lifeline: when the
 * last of them has ended, in whatever way, the parent reads end of file. exec() closes it: programs
 * that the child starts are the child's own concern. The processes form a process group, which the
 * parent kills after the deadline; and the child dies with its parent.
 */
#include "child.h"

#include "clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noreturn)) static void child_main(const struct child *child, pid_t parent)
{
	signals_restore(child->limits->signals);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	/* If the parent died before prctl(), no signal will come. */
	_exit(getppid() == parent ? child->main(child->context) : EXIT_FAILURE);
}

/* Returns the process, or a negative errno value with `error`. */
static pid_t start(const struct child *child, int *lifeline, struct error *error)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC)) {
		return error_system(error, -errno, "could not create a pipe");
	}
	pid_t parent = getpid();
	pid_t process = fork();
	if (process == 0) {
		close(ends[0]);
		child_main(child, parent);
	}
	int code = -errno;
	close(ends[1]);
	if (process < 0) {
		close(ends[0]);
		return error_system(error, code,
			"could not fork (is there a limit on processes, `ulimit -u`?)");
	}
	/* Parent and child both do this, so that it is done before either needs it. */
	setpgid(process, process);
	*lifeline = ends[0];
	return process;
}

static int poll_until(struct pollfd *files, nfds_t count, int64_t until_ns)
{
	int64_t left_ms = (until_ns - clock_now_ns()) / 1000000;
	left_ms = left_ms > INT_MAX ? INT_MAX : left_ms;
	return poll(files, count, left_ms > 0 ? (int)left_ms : 0);
}

/* Waits until the last process has ended. */
static int wait_for_end(int lifeline, const struct limits *limits, struct error *error)
{
	int64_t until_ns = clock_now_ns() + limits->deadline_ns;
	struct pollfd files[] = {
		{ .fd = lifeline, .events = POLLIN },
		{ .fd = limits->signals->fd, .events = POLLIN },
	};
	for (;;) {
		int ready = poll_until(files, 2, until_ns);
		if (ready < 0 && errno != EINTR) {
			return error_system(error, -errno, "could not wait for a child process");
		}
		if (ready > 0 && files[0].revents) {
			return 0;
		}
		int number = ready > 0 ? signals_take(limits->signals) : 0;
		if (number) {
			return error_set(
				error, -EINTR, "interrupted by SIG%s", sigabbrev_np(number));
		}
		if (ready == 0 && clock_now_ns() >= until_ns) {
			return error_set(error, -ETIMEDOUT,
				"did not end within its deadline of %.0f s",
				(double)limits->deadline_ns / 1e9);
		}
	}
}

/*
 * Reaps a process that is about to end. Returns 0, -ETIMEDOUT if it has not ended after
 * CHILD_PATIENCE_MS, or another negative errno value. waitpid() alone could block for ever: signals
 * are blocked, and not every process can be killed.
 */
static int reap(pid_t process, int *status)
{
	int64_t until_ns = clock_now_ns() + CHILD_PATIENCE_MS * INT64_C(1000000);
	for (;;) {
		pid_t ended = waitpid(process, status, WNOHANG);
		if (ended == process) {
			return 0;
		}
		if (ended < 0 && errno != EINTR) {
			return -errno;
		}
		if (clock_now_ns() >= until_ns) {
			return -ETIMEDOUT;
		}
		usleep(200);
	}
}

static void end(const struct child *child, pid_t process)
{
	int status;
	if (child->ends_on_sigterm && kill(process, SIGTERM) == 0 && reap(process, &status) == 0) {
		return;
	}
	kill(-process, SIGKILL);
	kill(process, SIGKILL); /* in case setpgid() failed */
	reap(process, &status);
}

int child_run(const struct child *child, int *status, struct error *error)
{
	int lifeline = -1;
	pid_t process = start(child, &lifeline, error);
	if (process < 0) {
		return process;
	}
	int result = wait_for_end(lifeline, child->limits, error);
	close(lifeline);
	if (!result) {
		result = reap(process, status);
		if (!result) {
			return 0;
		}
		error_system(error, result, "could not wait for a child process");
	}
	end(child, process);
	return result;
}

void child_describe_status(char *text, size_t size, int status)
{
	if (WIFSIGNALED(status)) {
		int number = WTERMSIG(status);
		snprintf(text, size, "was killed by signal %d (%s)", number, strsignal(number));
	} else {
		snprintf(text, size, "ended early with exit status %d", WEXITSTATUS(status));
	}
}
