/*
 * See descendants.h. When a process ends, its children become the adopter's own; so to look at
 * one's children until there are none is to look at all descendants.
 */
#include "descendants.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

void descendants_adopt(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* Takes leave of the children that have ended; false once there are no others. */
static bool some_left(void)
{
	pid_t ended;
	while ((ended = waitpid(-1, NULL, WNOHANG)) > 0) {
	}
	return ended == 0 || errno != ECHILD;
}

bool descendants_wait(int ms)
{
	while (some_left()) {
		if (ms-- <= 0) {
			return false;
		}
		usleep(1000);
	}
	return true;
}

/* A child of this process; 0 if there is none, or the system does not tell. */
static pid_t find_child(void)
{
	int child = 0;
	FILE *file = fopen("/proc/thread-self/children", "re");
	if (file) {
		if (fscanf(file, "%d", &child) != 1) {
			child = 0;
		}
		fclose(file);
	}
	return child;
}

void descendants_kill(void)
{
	pid_t child;
	while ((child = find_child()) > 0) {
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
	}
}
