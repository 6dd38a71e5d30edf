/* Channels over file descriptors: a message is a run of bytes without a header. */
#pragma once

#include "channel.h"

/* The send() and receive() of such types. */
int descriptor_send(struct channel *channel, const void *message);
int descriptor_receive(struct channel *channel, const void **message);
