/* The list of all transports, and what only their files need. */
#pragma once

#include "transport.h"

#include <sys/types.h>

/* One line per type; the first is the default. */
#define TRANSPORT_REGISTRY(X) \
	X(pipe) \
	X(udp)

#define TRANSPORT_REGISTRY_DECLARE(name) extern const struct transport_type transport_##name;
TRANSPORT_REGISTRY(TRANSPORT_REGISTRY_DECLARE)

/*
 * The room for messages to ask for; less will do. The load generator must not wait for a slow
 * reader.
 */
enum { TRANSPORT_ROOM_BYTES = 1 << 20 };

/* Turns what read(), send() and the like returned for a message into 0 or a negative errno value. */
int transport_check(ssize_t moved);
