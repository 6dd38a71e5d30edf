/*
 * pipe: one-way and lossless. When the load generator has ended, the reader finds the end of the
 * file.
 */
#include "registry.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

static int pipe_open(struct transport *transport, struct error *error)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC)) {
		return error_system(error, -errno, "could not create a pipe for the messages");
	}
	transport->worker = ends[0];
	transport->generator = ends[1];
	if (fcntl(transport->generator, F_SETFL, O_NONBLOCK)) {
		return error_system(error, -errno, "could not set up the pipe for the messages");
	}
	fcntl(transport->generator, F_SETPIPE_SZ, TRANSPORT_ROOM_BYTES);
	return 0;
}

static int pipe_send(const struct transport *transport, const struct transport_message *message)
{
	return transport_check(write(transport->generator, message, sizeof(*message)));
}

static int pipe_receive(const struct transport *transport, struct transport_message *message)
{
	return transport_check(read(transport->worker, message, sizeof(*message)));
}

/*
 * Reads the worker's end without waiting. O_NONBLOCK belongs to an open file description, which the
 * reader shares, so the pipe has to be opened anew.
 */
static void pipe_drain(const struct transport *transport,
	void (*take)(void *context, const struct transport_message *message), void *context)
{
	char path[64];
	struct transport_message message;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", transport->worker);
	int reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (reader < 0) {
		return;
	}
	while (read(reader, &message, sizeof(message)) == (ssize_t)sizeof(message)) {
		take(context, &message);
	}
	close(reader);
}

const struct transport_type transport_pipe = {
	.form = { .name = "pipe", .summary = "a pipe" },
	.open = pipe_open,
	.send = pipe_send,
	.receive = pipe_receive,
	.drain = pipe_drain,
};
