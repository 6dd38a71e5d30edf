/* socket: a pair of connected Unix stream sockets, with the buffers of the system's default. */
#include "descriptor.h"
#include "registry.h"

#include <errno.h>
#include <sys/socket.h>

static int open_socket(struct channel *channel, struct error *error)
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel->files)) {
		return error_system(error, -errno, "could not create a pair of Unix sockets");
	}
	return 0;
}

const struct channel_type channel_socket = {
	.form = { .name = "socket", .summary = "a pair of Unix sockets between processes" },
	.open = open_socket,
	.send = descriptor_send,
	.receive = descriptor_receive,
};
