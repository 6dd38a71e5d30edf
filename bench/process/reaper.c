/*
 * See reaper.h. When a process ends, its children become the subreaper's; so killing one's children
 * until there are none kills all descendants.
 */
#include "reaper.h"

#include "clock.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { POLL_US = 1000 };

void reaper_adopt(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

int reaper_reap(void (*reaped)(void *context, pid_t child, int status), void *context)
{
	int count = 0;
	int status;
	pid_t child;
	while ((child = waitpid(-1, &status, WNOHANG)) > 0) {
		if (reaped) {
			reaped(context, child, status);
		}
		count++;
	}
	return child < 0 && errno == ECHILD ? -ECHILD : count;
}

static int64_t deadline_after(int ms)
{
	return clock_now_ns() + ms * INT64_C(1000000);
}

int reaper_wait(int ms)
{
	int64_t deadline_ns = deadline_after(ms);
	while (reaper_reap(NULL, NULL) != -ECHILD) {
		if (clock_now_ns() >= deadline_ns) {
			return -ETIMEDOUT;
		}
		usleep(POLL_US);
	}
	return 0;
}

/*
 * Sends SIGKILL to every child. Returns 0 with some child in `survivor`, or -errno with one that
 * could not be killed.
 */
static int kill_children(pid_t *survivor)
{
	int result = 0;
	int child;
	FILE *file = fopen("/proc/thread-self/children", "re");
	while (file && fscanf(file, "%d", &child) == 1) {
		if (kill(child, SIGKILL)) {
			result = -errno;
			*survivor = child;
		} else if (!result) {
			*survivor = child;
		}
	}
	if (file) {
		fclose(file);
	}
	return result;
}

int reaper_kill(int ms, pid_t *survivor)
{
	int64_t deadline_ns = deadline_after(ms);
	int result = 0;
	*survivor = 0;
	while (reaper_reap(NULL, NULL) != -ECHILD) {
		if (clock_now_ns() >= deadline_ns) {
			return result ? result : -ETIMEDOUT;
		}
		/* Again each time: a child that has just been adopted has not been killed yet. */
		result = kill_children(survivor);
		usleep(POLL_US);
	}
	*survivor = 0;
	return 0;
}
