/*
 * Moments: what counters of the system show before and after a measurement. Only differences between
 * two moments mean something.
 */
#pragma once

#include "cpu_time.h"
#include "quota.h"

struct moment {
	int64_t now_ns; /* clock_now_ns() */
	bool has_time;
	struct cpu_time time;
	int64_t own_ns; /* processor time of this program and of the children that have ended */
	bool has_throttled;
	struct quota_throttled throttled;
	bool has_overheated;
	long overheated; /* how often a core or a package was slowed down because it was too hot */
};

/* Reads the system's counters; `root` is as in sysfile.h. */
void moment_read(struct moment *moment, const char *root, const struct placement *placement);
