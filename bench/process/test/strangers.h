/*
 * Children of a test that the code under test did not start, as a shell's background jobs from before
 * `exec`: it must neither kill them nor wait for them.
 */
#pragma once

#include <sys/types.h>

struct strangers {
	pid_t ended; /* but not waited for yet */
	pid_t running;
};

struct strangers strangers_start(void);

/* Also ends the one that runs. */
void strangers_expect_untouched(const struct strangers *strangers);
