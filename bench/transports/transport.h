/*
 * Transports: how messages travel between the load generator, a process of its own, and the I/O
 * thread.
 *
 * A transport is one file with one `const struct transport_type`, one line in registry.h and one in
 * meson.build. Each of its two ends is one file descriptor. All functions of a type return 0 or a
 * negative errno value; a message is sent or received as a whole or not at all.
 */
#pragma once

#include "error.h"
#include "spec.h"

#include <stdbool.h>
#include <stdint.h>

/* Both are little-endian. */
struct transport_message {
	uint64_t sequence;
	uint64_t intended_ns; /* when it was to be sent */
};

/* An open transport; an end that has been closed is -1. */
struct transport {
	const struct transport_type *type;
	int generator; /* the load generator's end */
	int worker;    /* the I/O thread's end */
};

struct transport_type {
	struct spec_form form;

	/* Messages may get lost, so the last one has to be repeated. */
	bool lossy;

	/* Opens both ends, close-on-exec. Fills `error` on failure. */
	int (*open)(struct transport *transport, struct error *error);

	/* At the generator's end: sends a message without waiting; -EAGAIN if there is no room. */
	int (*send)(const struct transport *transport, const struct transport_message *message);

	/*
	 * At the worker's end: waits for a message. -EPIPE or -ECONNREFUSED once the generator's
	 * end has been closed, but see set_timeout().
	 */
	int (*receive)(const struct transport *transport, struct transport_message *message);

	/* Send a message back from the worker's end, and wait for it. NULL in a one-way type. */
	int (*answer)(const struct transport *transport, const struct transport_message *message);
	int (*receive_answer)(const struct transport *transport, struct transport_message *message);

	/*
	 * Makes receive() or receive_answer() at this end return -EAGAIN after so long without a
	 * message. NULL if they always return once the other end has been closed.
	 */
	void (*set_timeout)(int end, int64_t ns);

	/*
	 * In the load generator: removes all messages that have not been received yet, and calls
	 * `take` for each. A thread may wait in receive() at the same time.
	 */
	void (*drain)(const struct transport *transport,
		void (*take)(void *context, const struct transport_message *message),
		void *context);
};

/* The type with this index, or NULL past the last one; transport_form() is for spec_parse(). */
const struct transport_type *transport_at(size_t index);
const struct spec_form *transport_form(size_t index);

/* Their names in the order of the registry, ended by NULL, for a parameter of kind SPEC_CHOICE. */
extern const char *const transport_words[];

/* The first type in the registry, or the first one that can answer. */
const struct transport_type *transport_default(bool two_way);

/*
 * Opens a transport. Returns 0, or a negative errno value with `error`, which names the step that
 * failed; then both ends are closed.
 */
int transport_open(
	struct transport *transport, const struct transport_type *type, struct error *error);

/* Close an end unless it is closed already. */
void transport_close_generator(struct transport *transport);
void transport_close_worker(struct transport *transport);

/* At the generator's end: waits until there may be room for a message, at most `ms`. */
void transport_wait_for_room(const struct transport *transport, int ms);
