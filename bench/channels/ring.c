/*
 * ring: slots in shared memory between two processes. The sender copies a message into the next free
 * slot; the receiver reads it there. Each of the two advances a count that the other waits for
 * (eventcount.h), and remembers what it last saw of the other's, so that it touches the other's cache
 * line only if it has to.
 */
#include "eventcount.h"
#include "registry.h"
#include "shm.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { SLOT_ALIGNMENT = 128 };

struct shared {
	struct eventcount sent;
	struct eventcount released;
	_Alignas(SLOT_ALIGNMENT) unsigned char slots[];
};

/* What each process has of it. */
struct ring {
	struct shared *shared;
	size_t bytes; /* of the mapping */
	size_t slot_bytes;
	uint32_t room;  /* a power of two, so that the counts may wrap */
	uint32_t mine;  /* the count that this process advances */
	uint32_t known; /* what it last saw of the other count */
};

static int open_ring(struct channel *channel, struct error *error)
{
	struct ring *ring = calloc(1, sizeof(*ring));
	if (!ring) {
		return error_set(error, -ENOMEM, "out of memory for a ring");
	}
	ring->room = (uint32_t)channel_room(channel->size);
	ring->slot_bytes = (channel->size + SLOT_ALIGNMENT - 1) / SLOT_ALIGNMENT * SLOT_ALIGNMENT;
	ring->bytes = sizeof(struct shared) + ring->room * ring->slot_bytes;
	ring->shared = shm_map(ring->bytes, error);
	if (!ring->shared) {
		free(ring);
		return -ENOMEM;
	}
	channel->own = ring;
	return 0;
}

static void close_ring(struct channel *channel)
{
	struct ring *ring = channel->own;
	shm_unmap(ring->shared, ring->bytes);
	free(ring);
}

static bool peer_has_ended(const struct channel *channel)
{
	siginfo_t info = { .si_pid = 0 };
	if (!channel->peer) {
		return false; /* the parent; it takes this process with it */
	}
	/* WNOWAIT: it is reaped elsewhere. */
	int failed = waitid(P_PID, (id_t)channel->peer, &info, WEXITED | WNOHANG | WNOWAIT);
	return failed || info.si_pid == channel->peer;
}

/* Waits until the other's count is no longer `seen`, and notes it. */
static int await(const struct channel *channel, struct eventcount *event, uint32_t seen)
{
	struct ring *ring = channel->own;
	for (;;) {
		int result = eventcount_wait(event, seen, channel->spins);
		ring->known = eventcount_read(event);
		if (result != -ETIMEDOUT || ring->known != seen) {
			return 0;
		}
		if (peer_has_ended(channel)) {
			return -EPIPE;
		}
	}
}

static unsigned char *slot(const struct ring *ring)
{
	return ring->shared->slots + (ring->mine % ring->room) * ring->slot_bytes;
}

static int send_copy(struct channel *channel, const void *message)
{
	struct ring *ring = channel->own;
	uint32_t full = ring->mine - ring->room;
	if (ring->known == full) {
		int result = await(channel, &ring->shared->released, full);
		if (result) {
			return result;
		}
	}
	memcpy(slot(ring), message, channel->size);
	ring->mine++;
	eventcount_advance(&ring->shared->sent);
	return 0;
}

static int receive_in_place(struct channel *channel, const void **message)
{
	struct ring *ring = channel->own;
	if (ring->known == ring->mine) {
		int result = await(channel, &ring->shared->sent, ring->mine);
		if (result) {
			return result;
		}
	}
	*message = slot(ring);
	return 0;
}

static void release_slot(struct channel *channel)
{
	struct ring *ring = channel->own;
	ring->mine++;
	eventcount_advance(&ring->shared->released);
}

const struct channel_type channel_ring = {
	.form = { .name = "ring", .summary = "a ring in shared memory between processes" },
	.in_place = true,
	.open = open_ring,
	.send = send_copy,
	.receive = receive_in_place,
	.release = release_slot,
	.close = close_ring,
};
