/*
 * The limit on processor time that control groups put on this process. `root` is as in sysfile.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Writes the tightest quota of processor time of the process's control groups (version 1 or 2), as
 * "QUOTA PERIOD" in microseconds, or "max". Returns false if no control groups are mounted.
 */
bool quota_read(const char *root, char *text, size_t size);

/* How often a group was kept from running because its quota was used up, and for how long. */
struct quota_throttled {
	int64_t times;
	int64_t ns; /* over all processors */
};

/*
 * Sums up how the process's control groups were throttled since each was created, which is nothing
 * for a group without a quota. Returns false if no control groups are mounted.
 */
bool quota_read_throttled(const char *root, struct quota_throttled *throttled);
