/*
 * See link.h. The sockets are bound to the address of the loopback and to ports that the kernel
 * chooses, and connected to each other, so that what others send to these ports is refused. What
 * came between binding and connecting is thrown away.
 *
 * A sender on schedule must not wait for a slow reader, so both kinds get as much room as the
 * system allows.
 */
#include "link.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

/* Asked for; less is all right. */
enum { ROOM_BYTES = 1 << 20 };

static const struct spec_form forms[] = {
	[LINK_PIPE] = { .name = "pipe", .summary = "a pipe" },
	[LINK_UDP] = { .name = "udp", .summary = "UDP on the loopback" },
};

const struct spec_form *link_form(size_t index)
{
	return index < sizeof(forms) / sizeof(forms[0]) ? &forms[index] : NULL;
}

static int open_pipe(struct link *link, struct error *error)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC)) {
		return error_system(error, -errno, "could not make a pipe for the messages");
	}
	link->worker = ends[0];
	link->peer = ends[1];
	if (fcntl(link->peer, F_SETFL, O_NONBLOCK)) {
		return error_system(error, -errno, "could not set up the pipe for the messages");
	}
	fcntl(link->peer, F_SETPIPE_SZ, ROOM_BYTES);
	return 0;
}

/* A socket bound to a free port of the loopback, whose address is then in `address`. */
static int open_socket(int *fd, struct sockaddr_in *address, struct error *error)
{
	int room = ROOM_BYTES;
	socklen_t size = sizeof(*address);
	*address = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	*fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*fd < 0) {
		return error_system(error, -errno, "could not make a UDP socket");
	}
	setsockopt(*fd, SOL_SOCKET, SO_RCVBUF, &room, sizeof(room));
	if (bind(*fd, (struct sockaddr *)address, size) ||
		getsockname(*fd, (struct sockaddr *)address, &size)) {
		return error_system(
			error, -errno, "could not bind a UDP socket to a free port of 127.0.0.1");
	}
	return 0;
}

static int connect_socket(int fd, const struct sockaddr_in *to, struct error *error)
{
	char foreign;
	if (connect(fd, (const struct sockaddr *)to, sizeof(*to))) {
		return error_system(error, -errno, "could not connect a UDP socket to 127.0.0.1:%d",
			ntohs(to->sin_port));
	}
	while (recv(fd, &foreign, sizeof(foreign), MSG_DONTWAIT) >= 0) {
	}
	return 0;
}

static int open_sockets(struct link *link, struct error *error)
{
	struct sockaddr_in peer;
	struct sockaddr_in worker;
	int result = open_socket(&link->peer, &peer, error);
	result = result ? result : open_socket(&link->worker, &worker, error);
	result = result ? result : connect_socket(link->peer, &worker, error);
	return result ? result : connect_socket(link->worker, &peer, error);
}

int link_open(struct link *link, enum link_kind kind, struct error *error)
{
	*link = (struct link){ .kind = kind, .peer = -1, .worker = -1 };
	int result = kind == LINK_PIPE ? open_pipe(link, error) : open_sockets(link, error);
	if (result) {
		link_close_peer(link);
		link_close_worker(link);
	}
	return result;
}

static void close_end(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

void link_close_peer(struct link *link)
{
	close_end(&link->peer);
}

void link_close_worker(struct link *link)
{
	close_end(&link->worker);
}
