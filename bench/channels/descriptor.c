/*
 * See descriptor.h. Both ends know the size of the messages, so a message needs no header, and
 * one that fits is one system call at each end. SIGPIPE has to be ignored.
 */
#include "descriptor.h"

#include <errno.h>
#include <unistd.h>

/* A socket that is closed with unread messages in it has been reset. */
static int code_of(int number)
{
	return number == ECONNRESET ? -EPIPE : -number;
}

int descriptor_send(struct channel *channel, const void *message)
{
	const unsigned char *bytes = message;
	for (size_t done = 0; done < channel->size;) {
		ssize_t sent =
			write(channel->files[CHANNEL_SENDER], bytes + done, channel->size - done);
		if (sent < 0 && errno != EINTR) {
			return code_of(errno);
		}
		done += sent > 0 ? (size_t)sent : 0;
	}
	return 0;
}

int descriptor_receive(struct channel *channel, const void **message)
{
	for (size_t done = 0; done < channel->size;) {
		ssize_t got = read(channel->files[CHANNEL_RECEIVER], channel->copy + done,
			channel->size - done);
		if (got == 0) {
			return -EPIPE;
		}
		if (got < 0 && errno != EINTR) {
			return code_of(errno);
		}
		done += got > 0 ? (size_t)got : 0;
	}
	*message = channel->copy;
	return 0;
}
