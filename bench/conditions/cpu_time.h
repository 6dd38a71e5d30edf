/*
 * Processor time: what was used of some processing units (PUs, hardware threads) by all programs,
 * from /proc/stat, and what of it this program has used.
 */
#pragma once

#include "placement.h"

#include <stdbool.h>
#include <stdint.h>

/* Sums over the PUs, since the system was started. */
struct cpu_time {
	int64_t busy_ns; /* neither idle nor stolen */
	int64_t stolen_ns; /* a PU of this virtual machine was to run, but the host ran something else */
};

/*
 * Reads the time of the PUs that the placement may use. False if the system does not tell. `root` is
 * as in sysfile.h.
 */
bool cpu_time_read(const char *root, const struct placement *placement, struct cpu_time *time);

/* The processor time of this process and of all that it has started and waited for. */
int64_t cpu_time_own_ns(void);
