/* The list of all types of channels; each is defined in the file of its name. For this folder. */
#pragma once

#include "channel.h"

#define CHANNEL_REGISTRY(X) \
	X(queue) \
	X(pipe) \
	X(socket) \
	X(ring)

#define CHANNEL_REGISTRY_DECLARE(name) extern const struct channel_type channel_##name;
CHANNEL_REGISTRY(CHANNEL_REGISTRY_DECLARE)
