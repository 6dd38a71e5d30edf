/*
 * Event counts: a counter in shared memory that one worker advances and another waits for, across
 * processes. Who waits spins first, if allowed, and then sleeps in the kernel (a futex); who
 * advances makes a system call only if the other sleeps.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* On cache lines of its own; all zero to begin with. The members are private to eventcount.c. */
struct eventcount {
	_Alignas(128) uint32_t count; /* atomic */
	uint32_t sleeps;              /* atomic: the waiter sleeps, or is about to */
};

/* The count. What was written before it was advanced to this is visible afterwards. */
uint32_t eventcount_read(const struct eventcount *event);

/* Adds one. For one worker only. */
void eventcount_advance(struct eventcount *event);

/*
 * Waits until the count differs from `seen`. For one other worker only. Returns 0, or -ETIMEDOUT after
 * EVENTCOUNT_CHECK_MS, so that the caller can find out whether the other worker is still there.
 */
int eventcount_wait(struct eventcount *event, uint32_t seen, bool spins);

enum { EVENTCOUNT_CHECK_MS = 100 };
