/* What the calling thread has used of the processor so far, and how long it waited for one. */
#pragma once

#include <stdint.h>

/* Read next to the clock, so reading it is cheap. */
struct thread_usage {
	int64_t cpu_ns;
	int64_t switches_voluntary;
	int64_t switches_involuntary;
};

struct thread_usage thread_usage_read(void);

/* From /proc, which takes some microseconds; -1 is what the system does not report. */
struct thread_usage_history {
	int64_t migrations;
	int64_t runqueue_ns; /* for so long it was runnable, but waited for a processor */
};

struct thread_usage_history thread_usage_read_history(void);

/* What was added between two readings; unknown if one of them is. */
int64_t thread_usage_since(int64_t before, int64_t after);

/* The sum of what two threads used; unknown if that of one is. */
int64_t thread_usage_sum(int64_t left, int64_t right);
