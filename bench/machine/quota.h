/* The limit on processor time that control groups put on this process. */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * Writes the tightest quota of processor time of the process's control groups (version 1 or 2), as
 * "QUOTA PERIOD" in microseconds, or "max". Returns false if no control groups are mounted. `root`
 * is as in sysfile.h.
 */
bool quota_read(const char *root, char *text, size_t size);
