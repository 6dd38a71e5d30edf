/* See lane.h. */
#include "lane.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Buffers begin at a page, so that all sizes are copied alike. */
enum { BUFFER_ALIGNMENT = 4096 };

/* --- open and close --------------------------------------------------------------------------- */

size_t lane_memory(const struct lane_plan *plan)
{
	size_t bytes =
		plan->codec ? plan->codec->bound(plan->size / sizeof(struct record)) : plan->size;
	size_t records = plan->codec ? 2 * plan->size : 0;
	return channel_memory(plan->type, bytes) + channel_buffers(plan->type, bytes) * bytes +
	       records;
}

static void *allocate(size_t size, struct error *error)
{
	size_t rounded = (size + BUFFER_ALIGNMENT - 1) / BUFFER_ALIGNMENT * BUFFER_ALIGNMENT;
	void *memory = aligned_alloc(BUFFER_ALIGNMENT, rounded);
	if (!memory) {
		error_set(error, -ENOMEM, "out of memory for a buffer of %zu bytes", size);
	}
	return memory;
}

/* Encodes a message to find out how many bytes it takes. */
static int measure_encoded(struct lane *lane, struct error *error)
{
	size_t bound = lane->codec->bound(lane->count);
	unsigned char *bytes = allocate(bound, error);
	if (!bytes) {
		return -ENOMEM;
	}
	message_number(lane->records, lane->count, 0, false);
	lane->bytes = lane->codec->encode(lane->records, lane->count, bytes, bound);
	free(bytes);
	return lane->bytes ? 0 : error_set(error, -ENOMEM, "out of memory for an encoded message");
}

static int allocate_records(struct lane *lane, size_t size, struct error *error)
{
	lane->records = allocate(size, error);
	lane->decoded = allocate(size, error);
	if (!lane->records || !lane->decoded) {
		return -ENOMEM;
	}
	memset(lane->decoded, 0, size);
	message_fill(lane->records, lane->count, &lane->pattern);
	return measure_encoded(lane, error);
}

static int allocate_buffers(struct lane *lane, const struct channel_type *type, struct error *error)
{
	lane->buffer_count = channel_buffers(type, lane->bytes);
	lane->buffers = allocate(lane->buffer_count * lane->bytes, error);
	if (!lane->buffers) {
		return -ENOMEM;
	}
	for (size_t i = 0; !lane->codec && i < lane->buffer_count; i++) {
		message_fill((struct record *)(lane->buffers + i * lane->bytes), lane->count,
			&lane->pattern);
	}
	return 0;
}

int lane_open(struct lane *lane, const struct lane_plan *plan, struct error *error)
{
	*lane = (struct lane){
		.channel = { .files = { -1, -1 } },
		.codec = plan->codec,
		.count = plan->size / sizeof(struct record),
		.bytes = plan->size,
	};
	message_pattern_init(&lane->pattern);
	int result = plan->codec ? allocate_records(lane, plan->size, error) : 0;
	result = result ? result : allocate_buffers(lane, plan->type, error);
	result = result ? result
			: channel_open(&lane->channel, plan->type, lane->bytes, plan->spins, error);
	if (result) {
		lane_close(lane);
	}
	return result;
}

void lane_close(struct lane *lane)
{
	channel_close(&lane->channel);
	free(lane->buffers);
	free(lane->decoded);
	free(lane->records);
	lane->buffers = NULL;
	lane->decoded = NULL;
	lane->records = NULL;
}

/* --- messages --------------------------------------------------------------------------------- */

static int report(
	const struct lane *lane, int code, const char *what, const char *gone, struct error *error)
{
	const char *name = lane->channel.type->form.name;
	return code == -EPIPE
		       ? error_set(error, code, "the %s broke: the %s ended early", name, gone)
		       : error_system(error, code, "could not %s over the %s", what, name);
}

static int encode(struct lane *lane, unsigned char *buffer, struct error *error)
{
	size_t bytes = lane->codec->encode(lane->records, lane->count, buffer, lane->bytes);
	return bytes == lane->bytes ? 0 : error_set(error, -ENOMEM, "could not encode a message");
}

int lane_send(struct lane *lane, uint64_t sequence, bool flagged, struct error *error)
{
	unsigned char *buffer = lane->buffers + sequence % lane->buffer_count * lane->bytes;
	struct record *records = lane->codec ? lane->records : (struct record *)buffer;
	message_number(records, lane->count, sequence, flagged);
	int result = lane->codec ? encode(lane, buffer, error) : 0;
	if (result) {
		return result;
	}
	result = channel_send(&lane->channel, buffer);
	return result ? report(lane, result, "send", "receiver", error) : 0;
}

static int decode(struct lane *lane, const void *message, uint64_t sequence,
	const struct record **records, struct error *error)
{
	*records = lane->codec ? lane->decoded : message;
	bool right = !lane->codec ||
		     lane->codec->decode(message, lane->bytes, lane->decoded, lane->count);
	return right ? 0
		     : error_set(error, -EBADMSG, "message %llu over the %s could not be decoded",
			       (unsigned long long)sequence, lane->channel.type->form.name);
}

int lane_receive(
	struct lane *lane, uint64_t sequence, const struct record **records, struct error *error)
{
	const void *message;
	int result = channel_receive(&lane->channel, &message);
	return result ? report(lane, result, "receive", "sender", error)
		      : decode(lane, message, sequence, records, error);
}

void lane_release(struct lane *lane)
{
	channel_release(&lane->channel);
}

int lane_check(const struct lane *lane, const struct record *records, uint64_t sequence,
	bool *flagged, struct error *error)
{
	return message_check(records, lane->count, sequence, flagged, &lane->pattern)
		       ? 0
		       : error_set(error, -EBADMSG,
				 "the message received over the %s is not number %llu, which is "
				 "due",
				 lane->channel.type->form.name, (unsigned long long)sequence);
}

int lane_check_whole(const struct lane *lane, const struct record *records, uint64_t sequence,
	struct error *error)
{
	return message_is_whole(records, lane->count, &lane->pattern)
		       ? 0
		       : error_set(error, -EBADMSG,
				 "message %llu arrived over the %s with changed content",
				 (unsigned long long)sequence, lane->channel.type->form.name);
}
