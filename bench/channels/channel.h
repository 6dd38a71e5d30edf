/*
 * Channels: ways to hand messages from one worker to another, in order and without loss.
 *
 * A channel leads in one direction, from one sender to one receiver, which are threads of a process
 * or two processes. All its messages have the same size. A type of channel is one file with one
 * `const struct channel_type`, one line in registry.h and one in meson.build.
 *
 * A channel between processes is opened before the second process is forked; afterwards each of the
 * two calls channel_keep().
 */
#pragma once

#include "error.h"
#include "spec.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum channel_end { CHANNEL_SENDER, CHANNEL_RECEIVER };

struct channel {
	const struct channel_type *type;
	size_t size;  /* bytes of each message */
	bool spins;   /* who waits has a processor of its own, and may keep it busy for a while */
	pid_t peer;   /* a child of this process at the other end; 0: another process, or none */
	int files[2]; /* by enum channel_end; -1: closed, or none */
	unsigned char *copy; /* what the receiver reads a message into; NULL: it reads in place */
	void *own;           /* the type's */
};

/* Functions return 0 or a negative errno value: -EPIPE if the other end has gone. */
struct channel_type {
	struct spec_form form;
	bool between_threads; /* otherwise between processes */
	bool in_place;        /* the receiver reads where the sender has written */
	/* The sender's buffer is in use until a later message is received; see channel_buffers(). */
	bool passes_pointer;
	int (*open)(struct channel *channel, struct error *error);
	int (*send)(struct channel *channel, const void *message);
	int (*receive)(struct channel *channel, const void **message);
	void (*release)(struct channel *channel); /* NULL: nothing is to do */
	void (*close)(struct channel *channel);   /* frees `own`; NULL: there is none */
};

/* The type with this index, or NULL past the last; and the type of that name, or NULL. */
const struct channel_type *channel_at(size_t index);
const struct channel_type *channel_find(const char *name);

/*
 * Opens a channel, for channel_close(). Returns 0, or a negative errno value with `error`; then
 * nothing is open.
 */
int channel_open(struct channel *channel, const struct channel_type *type, size_t size, bool spins,
	struct error *error);
void channel_close(struct channel *channel);

/* In each of two processes: keeps only this end open. `peer` is as in struct channel. */
void channel_keep(struct channel *channel, enum channel_end end, pid_t peer);

/* Sends `channel->size` bytes; waits for room. */
int channel_send(struct channel *channel, const void *message);

/* Waits for a message, which stays valid until channel_release(). */
int channel_receive(struct channel *channel, const void **message);
void channel_release(struct channel *channel);

/* How many messages of that size fit into a channel that keeps them in memory: a power of two. */
size_t channel_room(size_t size);

/* How many buffers the sender has to use in turn, so that it changes none that is still in use. */
size_t channel_buffers(const struct channel_type *type, size_t size);

/* The bytes of memory that a channel takes, apart from the sender's buffers. */
size_t channel_memory(const struct channel_type *type, size_t size);
