/*
 * Descendants: the processes that the calling process has started, and those that they have.
 */
#pragma once

#include <stdbool.h>

/* From now on those whose parent ends become children of the calling process. */
void descendants_adopt(void);

/* Waits until all of them have ended; false if some have not within `ms` milliseconds. */
bool descendants_wait(int ms);

/*
 * Kills those that were adopted, whatever process groups they are in. On a system that does not
 * list a process's children, none.
 */
void descendants_kill(void);
