/*
 * The threads of another process ("tasks", as the system numbers them) and what they have used,
 * from /proc.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { PROCFS_MAX = 8192 };

/* The tasks that have been seen. */
struct procfs_tasks {
	int count;
	pid_t ids[PROCFS_MAX];
};

/*
 * Returns the task of `process` that was started first among those not in `seen`, and adds all of
 * them to `seen`, as far as there is room. Returns 0 if there is no new one, or no such process.
 */
pid_t procfs_find_new(struct procfs_tasks *seen, pid_t process);

/* What a process has used so far. */
struct procfs_usage {
	int64_t cpu_ns;
	int64_t switches_voluntary;
	int64_t switches_involuntary;
};

/*
 * Adds what the living tasks of `process` have used. What the system does not provide counts as 0.
 */
void procfs_add_usage(struct procfs_usage *usage, pid_t process);
