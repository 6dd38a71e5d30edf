/*
 * The descendants of a process, however far down and in whatever process group or session: how to
 * adopt, reap and kill them.
 *
 * For a process that was forked for the purpose only. A process that was started by exec() may have
 * inherited children of the program before it (`sleep 777 & exec gilbench`), which are not its to
 * kill, and which nothing tells from its own.
 */
#pragma once

#include <sys/types.h>

/*
 * Makes the calling process a subreaper: from now on, descendants whose parent ends become its
 * children.
 */
void reaper_adopt(void);

/*
 * Reaps the children that have ended. Returns their number, or -ECHILD if there are no children at
 * all, ended or not. `reaped`, unless NULL, is called for each with its status as of waitpid().
 */
int reaper_reap(void (*reaped)(void *context, pid_t child, int status), void *context);

/* Waits until all descendants have ended, and reaps them. Returns 0, or -ETIMEDOUT after `ms`. */
int reaper_wait(int ms);

/*
 * Kills all descendants and reaps them. Returns 0; or, with one that is left in `survivor`, -EPERM
 * if it may not be killed (a program that changed its user, such as sudo), or -ETIMEDOUT if it has
 * not ended within `ms`. Where the system does not list a process's children (no
 * /proc/PID/task/TID/children), it can only wait for them.
 */
int reaper_kill(int ms, pid_t *survivor);
