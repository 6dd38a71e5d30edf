/*
 * See child.h.
 *
 * Parent and child are tied together by a pipe of which the child, and every process that it forks,
 * holds the writing end: when the last of them has ended, however it ended, the parent reads the
 * end of the file. They form a process group, which the parent kills when it has waited long
 * enough; and each of them dies with its parent.
 */
#include "child.h"

#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

__attribute__((noreturn)) static void child_main(const struct child *child, pid_t parent)
{
	signals_restore(child->signals);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	/* The parent may have died before it could take the child with it. */
	_exit(getppid() == parent ? child->main(child->context) : EXIT_FAILURE);
}

/* Returns the process, or a negative errno value with `error`. */
static pid_t start(const struct child *child, int *alive, struct error *error)
{
	int ends[2];
	if (pipe(ends)) {
		return error_system(error, -errno, "could not make a pipe");
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
	/* Both sides do it, since either may be first to need it; one of them is too late. */
	setpgid(process, process);
	*alive = ends[0];
	return process;
}

/* Waits until the last process has ended. */
static int wait_for_end(
	int alive, int64_t deadline_ns, const struct signals *signals, struct error *error)
{
	int64_t until = clock_now_ns() + deadline_ns;
	struct pollfd files[] = {
		{ .fd = alive, .events = POLLIN },
		{ .fd = signals->fd, .events = POLLIN },
	};
	for (;;) {
		int64_t left_ms = (until - clock_now_ns()) / 1000000;
		int ready = poll(files, 2, left_ms > 0 ? (int)left_ms : 0);
		if (ready < 0 && errno != EINTR) {
			return error_system(error, -errno, "waiting for a child");
		}
		if (ready > 0 && files[0].revents) {
			return 0;
		}
		int number = ready > 0 ? signals_take(signals) : 0;
		if (number) {
			return error_set(
				error, -EINTR, "interrupted by SIG%s", sigabbrev_np(number));
		}
		if (ready == 0) {
			return error_set(error, -ETIMEDOUT,
				"did not end within its deadline of %.0f s",
				(double)deadline_ns / 1e9);
		}
	}
}

static void kill_all(pid_t process)
{
	kill(-process, SIGKILL);
	kill(process, SIGKILL); /* in case it has not become a group yet */
	while (waitpid(process, NULL, 0) < 0 && errno == EINTR) {
	}
}

int child_run(const struct child *child, int *status, struct error *error)
{
	int alive = -1;
	pid_t process = start(child, &alive, error);
	if (process < 0) {
		return process;
	}
	int result = wait_for_end(alive, child->deadline_ns, child->signals, error);
	close(alive);
	if (result) {
		kill_all(process);
		return result;
	}
	while (waitpid(process, status, 0) < 0) {
		if (errno != EINTR) {
			return error_system(error, -errno, "waiting for a child");
		}
	}
	return 0;
}
