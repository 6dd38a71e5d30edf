/*
 * Messages: records of one cache line each, in which a lost, doubled, displaced or changed message
 * shows.
 *
 * The first record of each block of 64 KiB has the number of the message. All else repeats a pattern
 * of 4 KiB. To write or to look at every cache line, or only at every page, would take as long as to
 * copy the message. So of each message the numbers of all blocks are checked, and the whole content of
 * one part of 4 KiB: another one each time, so that all have their turn.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MESSAGE_NAME_MAX = 32, MESSAGE_VALUES = 3, MESSAGE_BLOCK = 1024, MESSAGE_PART = 64 };

struct record {
	uint64_t id; /* in the first of a block: of the message, of the block, and the flag */
	char name[MESSAGE_NAME_MAX];
	double values[MESSAGE_VALUES];
};

/* What every part has, but for the numbers. */
struct message_pattern {
	struct record records[MESSAGE_PART];
};

void message_pattern_init(struct message_pattern *pattern);

/* Fills a message but for its number. */
void message_fill(struct record *records, size_t count, const struct message_pattern *pattern);

/* Sets the number; `flagged` marks a message that the receiver has to react to. */
void message_number(struct record *records, size_t count, uint64_t sequence, bool flagged);

/*
 * Whether all blocks have that number, and one part the right content. Stores whether the message is
 * flagged.
 */
bool message_check(const struct record *records, size_t count, uint64_t sequence, bool *flagged,
	const struct message_pattern *pattern);

/* Whether all parts have the right content. */
bool message_is_whole(
	const struct record *records, size_t count, const struct message_pattern *pattern);
