/* See record.h. A record is its kind, the number of its bytes, and these. */
#include "record.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct header {
	uint64_t kind;
	uint64_t size; /* bytes after the header */
};

enum { READ_SIZE = 65536 };

void record_finish(struct record_buffer *buffer)
{
	free(buffer->bytes);
	*buffer = (struct record_buffer){ 0 };
}

static bool make_room(struct record_buffer *buffer, size_t more)
{
	if (buffer->room - buffer->count >= more) {
		return true;
	}
	size_t room = 2 * buffer->room + more;
	char *bytes = realloc(buffer->bytes, room);
	if (!bytes) {
		buffer->no_memory = true;
		return false;
	}
	buffer->bytes = bytes;
	buffer->room = room;
	return true;
}

void record_begin(struct record_buffer *buffer, enum record_kind kind)
{
	const struct header header = { .kind = kind };
	buffer->count = 0;
	buffer->taken = 0;
	record_put(buffer, &header, sizeof(header));
}

void record_put(struct record_buffer *buffer, const void *bytes, size_t count)
{
	if (count > 0 && make_room(buffer, count)) {
		memcpy(buffer->bytes + buffer->count, bytes, count);
		buffer->count += count;
	}
}

int record_send(struct record_buffer *buffer, int fd)
{
	if (buffer->no_memory) {
		return -ENOMEM;
	}
	struct header header;
	memcpy(&header, buffer->bytes, sizeof(header));
	header.size = buffer->count - sizeof(header);
	memcpy(buffer->bytes, &header, sizeof(header));
	for (size_t done = 0; done < buffer->count;) {
		ssize_t written = write(fd, buffer->bytes + done, buffer->count - done);
		if (written < 0 && errno != EINTR) {
			return -errno;
		}
		done += written > 0 ? (size_t)written : 0;
	}
	return 0;
}

long record_receive(struct record_buffer *buffer, int fd)
{
	if (buffer->taken > 0) {
		buffer->count -= buffer->taken;
		memmove(buffer->bytes, buffer->bytes + buffer->taken, buffer->count);
		buffer->taken = 0;
	}
	if (!make_room(buffer, READ_SIZE)) {
		return -ENOMEM;
	}
	ssize_t got;
	do {
		got = read(fd, buffer->bytes + buffer->count, READ_SIZE);
	} while (got < 0 && errno == EINTR);
	buffer->count += got > 0 ? (size_t)got : 0;
	return got < 0 ? -errno : (long)got;
}

bool record_take(struct record_buffer *buffer, struct record *record)
{
	struct header header;
	size_t left = buffer->count - buffer->taken;
	if (left < sizeof(header)) {
		return false;
	}
	memcpy(&header, buffer->bytes + buffer->taken, sizeof(header));
	if (left - sizeof(header) < header.size) {
		return false;
	}
	*record = (struct record){
		.kind = (enum record_kind)header.kind,
		.bytes = buffer->bytes + buffer->taken + sizeof(header),
		.left = header.size,
	};
	buffer->taken += sizeof(header) + header.size;
	return true;
}

bool record_get(struct record *record, void *bytes, size_t count)
{
	if (record->left < count) {
		return false;
	}
	if (count > 0) {
		memcpy(bytes, record->bytes, count);
	}
	record->bytes += count;
	record->left -= count;
	return true;
}
