/*
 * The tally of a sender's messages: which of them arrived, and how long each took. A message that
 * comes again changes nothing but the count of those, nor does one that was never sent.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>

/* Where there is none yet. */
#define TALLY_MISSING INT64_MIN

struct tally {
	size_t expected;
	size_t arrived;    /* different ones */
	size_t duplicated; /* came once more */
	size_t strange;    /* have a number that no message has */
	int64_t latency_ns[];
};

/* The bytes that a tally of so many messages takes. */
size_t tally_size(size_t expected);

/* Prepares the caller's memory, of that many bytes, which may be shared between processes. */
void tally_init(struct tally *tally, size_t expected);

/* Notes that a message has arrived, so many nanoseconds after it was to be sent. */
void tally_note(struct tally *tally, uint64_t sequence, int64_t latency_ns);

/*
 * Moves the latencies that there are to the front, `arrived` of them, in the order of the messages.
 */
void tally_close(struct tally *tally);
