/*
 * Arrivals: which messages of an open loop have arrived, and the latency of each. A message that
 * arrives again, or was never sent, is only counted.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* The latency of a message that has not arrived. */
#define ARRIVALS_MISSING INT64_MIN

struct arrivals {
	size_t expected;
	size_t arrived;    /* distinct messages */
	size_t duplicated; /* further arrivals of the same messages */
	size_t unknown;    /* arrivals with a sequence number that no message has */
	int64_t latency_ns[];
};

/* The size in bytes for this number of messages. */
size_t arrivals_size(size_t expected);

/* Initialises memory of that size, which may be shared between processes. */
void arrivals_init(struct arrivals *arrivals, size_t expected);

/* Records that a message has arrived, `latency_ns` after its intended time. */
void arrivals_note(struct arrivals *arrivals, uint64_t sequence, int64_t latency_ns);

/* As if the message had not arrived. */
void arrivals_forget(struct arrivals *arrivals, size_t sequence);

/* Moves the `arrived` latencies to the front of the array, in the order of the messages. */
void arrivals_close(struct arrivals *arrivals);
