/*
 * Tasks: the threads of another process, as the system numbers them, from /proc.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { TASKS_MAX = 8192 };

/* Tasks that have been seen. */
struct tasks {
	int count;
	pid_t ids[TASKS_MAX];
};

/*
 * The task of `process` that was started first among those not in `seen`, which is then made to
 * hold all there are. 0 if there is no new one, or the process is gone.
 */
pid_t tasks_find_new(struct tasks *seen, pid_t process);

/* What a process has used up to now. */
struct tasks_usage {
	int64_t cpu_ns;
	int64_t switches_voluntary;
	int64_t switches_involuntary;
};

/* Adds what the living tasks of `process` have used; what the system does not tell counts as 0. */
void tasks_add_usage(struct tasks_usage *usage, pid_t process);
