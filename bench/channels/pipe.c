/* pipe: of the size that the system gives it by default. */
#include "descriptor.h"
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

static int open_pipe(struct channel *channel, struct error *error)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC)) {
		return error_system(error, -errno, "could not create a pipe");
	}
	channel->files[CHANNEL_RECEIVER] = ends[0];
	channel->files[CHANNEL_SENDER] = ends[1];
	return 0;
}

const struct channel_type channel_pipe = {
	.form = { .name = "pipe", .summary = "a pipe between processes" },
	.open = open_pipe,
	.send = descriptor_send,
	.receive = descriptor_receive,
};
