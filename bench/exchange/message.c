/* See message.h. A number: the flag in bit 63, the message from bit 32 on, the record below. */
#include "message.h"

#include <stdio.h>
#include <string.h>

static const uint64_t flag = UINT64_C(1) << 63;

static uint64_t first_id(uint64_t sequence, bool flagged)
{
	return sequence << 32 | (flagged ? flag : 0);
}

void message_pattern_init(struct message_pattern *pattern)
{
	memset(pattern, 0, sizeof(*pattern));
	for (size_t i = 0; i < MESSAGE_PART; i++) {
		struct record *record = &pattern->records[i];
		record->id = i;
		snprintf(record->name, sizeof(record->name), "record-%08zx", i);
		for (int k = 0; k < MESSAGE_VALUES; k++) {
			record->values[k] = (double)i + 0.25 * k;
		}
	}
}

void message_fill(struct record *records, size_t count, const struct message_pattern *pattern)
{
	for (size_t i = 0; i < count; i++) {
		records[i] = pattern->records[i % MESSAGE_PART];
	}
}

void message_number(struct record *records, size_t count, uint64_t sequence, bool flagged)
{
	uint64_t id = first_id(sequence, flagged);
	for (size_t i = 0; i < count; i += MESSAGE_BLOCK) {
		records[i].id = id + i;
	}
}

/* Compares all but the number. */
static bool part_is_right(const struct record *records, size_t count, size_t part,
	const struct message_pattern *pattern)
{
	size_t first = part * MESSAGE_PART;
	size_t length = count - first < MESSAGE_PART ? count - first : MESSAGE_PART;
	bool numbered = first % MESSAGE_BLOCK == 0;
	size_t skipped = numbered ? sizeof(records->id) : 0;
	return memcmp((const char *)&records[first] + skipped,
		       (const char *)pattern->records + skipped,
		       length * sizeof(struct record) - skipped) == 0;
}

static size_t count_parts(size_t count)
{
	return (count + MESSAGE_PART - 1) / MESSAGE_PART;
}

bool message_check(const struct record *records, size_t count, uint64_t sequence, bool *flagged,
	const struct message_pattern *pattern)
{
	uint64_t wrong = 0;
	if (count == 0) {
		return false;
	}
	*flagged = records[0].id & flag;
	uint64_t id = first_id(sequence, *flagged);
	for (size_t i = 0; i < count; i += MESSAGE_BLOCK) {
		wrong |= records[i].id ^ (id + i);
	}
	return wrong == 0 && part_is_right(records, count, sequence % count_parts(count), pattern);
}

bool message_is_whole(
	const struct record *records, size_t count, const struct message_pattern *pattern)
{
	for (size_t part = 0; part < count_parts(count); part++) {
		if (!part_is_right(records, count, part, pattern)) {
			return false;
		}
	}
	return true;
}
