/* See channel.h. */
#include "registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/*
 * Messages in memory take this much together, which fits into the cache of one core: it stays there
 * between the two workers. There is room for four at least, so that some can be written while others
 * are read.
 */
enum { ROOM_BYTES = 512 << 10, ROOM_MIN = 4, ROOM_MAX = 64 };

/* Large buffers begin at a page, as those of malloc() do. */
enum { BUFFER_ALIGNMENT = 4096 };

#define CHANNEL_ADDRESS(name) &channel_##name,
static const struct channel_type *const types[] = { CHANNEL_REGISTRY(CHANNEL_ADDRESS) };

const struct channel_type *channel_at(size_t index)
{
	return index < sizeof(types) / sizeof(types[0]) ? types[index] : NULL;
}

const struct channel_type *channel_find(const char *name)
{
	for (size_t i = 0; channel_at(i); i++) {
		if (strcmp(types[i]->form.name, name) == 0) {
			return types[i];
		}
	}
	return NULL;
}

/* --- sizes ----------------------------------------------------------------------------------- */

size_t channel_room(size_t size)
{
	size_t room = ROOM_MIN;
	while (room < ROOM_MAX && 2 * room * size <= ROOM_BYTES) {
		room *= 2;
	}
	return room;
}

/* A queue may hold as many as fit, the receiver one more, and another one is being written. */
size_t channel_buffers(const struct channel_type *type, size_t size)
{
	return type->passes_pointer ? channel_room(size) + 2 : 1;
}

size_t channel_memory(const struct channel_type *type, size_t size)
{
	if (type->passes_pointer) {
		return 0;
	}
	return type->in_place ? channel_room(size) * size : size;
}

/* --- open and close -------------------------------------------------------------------------- */

static int open_copy(struct channel *channel, struct error *error)
{
	if (channel->type->in_place) {
		return 0;
	}
	size_t size = (channel->size + BUFFER_ALIGNMENT - 1) / BUFFER_ALIGNMENT * BUFFER_ALIGNMENT;
	channel->copy = aligned_alloc(BUFFER_ALIGNMENT, size);
	return channel->copy ? 0
			     : error_set(error, -ENOMEM, "out of memory for a message of %zu bytes",
				       channel->size);
}

int channel_open(struct channel *channel, const struct channel_type *type, size_t size, bool spins,
	struct error *error)
{
	*channel = (struct channel){
		.type = type,
		.size = size,
		.spins = spins,
		.files = { -1, -1 },
	};
	int result = open_copy(channel, error);
	result = result ? result : type->open(channel, error);
	if (result) {
		channel_close(channel);
	}
	return result;
}

static void close_end(struct channel *channel, enum channel_end end)
{
	if (channel->files[end] >= 0) {
		close(channel->files[end]);
		channel->files[end] = -1;
	}
}

void channel_close(struct channel *channel)
{
	close_end(channel, CHANNEL_SENDER);
	close_end(channel, CHANNEL_RECEIVER);
	if (channel->own && channel->type->close) {
		channel->type->close(channel);
	}
	channel->own = NULL;
	free(channel->copy);
	channel->copy = NULL;
}

void channel_keep(struct channel *channel, enum channel_end end, pid_t peer)
{
	channel->peer = peer;
	close_end(channel, end == CHANNEL_SENDER ? CHANNEL_RECEIVER : CHANNEL_SENDER);
}

/* --- messages -------------------------------------------------------------------------------- */

int channel_send(struct channel *channel, const void *message)
{
	return channel->type->send(channel, message);
}

int channel_receive(struct channel *channel, const void **message)
{
	return channel->type->receive(channel, message);
}

void channel_release(struct channel *channel)
{
	if (channel->type->release) {
		channel->type->release(channel);
	}
}
