/* What the calling thread has used of the processor so far, and how long it waited for one. */
#pragma once

#include <stdint.h>

/* Read next to the clock, so reading it is cheap. */
struct usage {
	int64_t cpu_ns;
	int64_t switches_voluntary;
	int64_t switches_involuntary;
};

struct usage usage_read(void);

/* From /proc, which takes some microseconds; -1 is what the system does not report. */
struct usage_history {
	int64_t migrations;
	int64_t runqueue_ns; /* for so long it was runnable, but waited for a processor */
};

struct usage_history usage_read_history(void);

/* What was added between two readings; unknown if one of them is. */
int64_t usage_since(int64_t before, int64_t after);

/* The sum of what two threads used; unknown if that of one is. */
int64_t usage_sum(int64_t left, int64_t right);
