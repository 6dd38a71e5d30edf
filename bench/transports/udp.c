/*
 * udp: two-way over the loopback; datagrams may get lost.
 *
 * Both sockets are bound to 127.0.0.1 and to ports that the kernel chooses, and connected to each
 * other, so that the kernel refuses what others send to these ports. Datagrams that arrive between
 * binding and connecting are discarded.
 *
 * A socket does not notice when its peer is closed. Only if it then sends something does its next
 * call fail with ECONNREFUSED; a reader that only waits needs a timeout.
 */
#include "registry.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

/* Creates a socket bound to a free port of the loopback; `address` is then its address. */
static int open_socket(int *fd, struct sockaddr_in *address, struct error *error)
{
	int room = TRANSPORT_ROOM_BYTES;
	socklen_t size = sizeof(*address);
	*address = (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	*fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (*fd < 0) {
		return error_system(error, -errno, "could not create a UDP socket");
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

static int udp_open(struct transport *transport, struct error *error)
{
	struct sockaddr_in generator;
	struct sockaddr_in worker;
	int result = open_socket(&transport->generator, &generator, error);
	result = result ? result : open_socket(&transport->worker, &worker, error);
	result = result ? result : connect_socket(transport->generator, &worker, error);
	return result ? result : connect_socket(transport->worker, &generator, error);
}

static int udp_send(const struct transport *transport, const struct transport_message *message)
{
	return transport_check(send(transport->generator, message, sizeof(*message), MSG_DONTWAIT));
}

static int udp_receive(const struct transport *transport, struct transport_message *message)
{
	return transport_check(read(transport->worker, message, sizeof(*message)));
}

static int udp_answer(const struct transport *transport, const struct transport_message *message)
{
	return transport_check(write(transport->worker, message, sizeof(*message)));
}

static int udp_receive_answer(const struct transport *transport, struct transport_message *message)
{
	return transport_check(recv(transport->generator, message, sizeof(*message), 0));
}

static void udp_set_timeout(int end, int64_t ns)
{
	const struct timeval timeout = {
		.tv_sec = (time_t)(ns / 1000000000),
		.tv_usec = (suseconds_t)(ns % 1000000000 / 1000),
	};
	setsockopt(end, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout));
}

static void udp_drain(const struct transport *transport,
	void (*take)(void *context, const struct transport_message *message), void *context)
{
	struct transport_message message;
	while (recv(transport->worker, &message, sizeof(message), MSG_DONTWAIT) ==
		(ssize_t)sizeof(message)) {
		take(context, &message);
	}
}

const struct transport_type transport_udp = {
	.form = { .name = "udp", .summary = "UDP on the loopback" },
	.lossy = true,
	.open = udp_open,
	.send = udp_send,
	.receive = udp_receive,
	.answer = udp_answer,
	.receive_answer = udp_receive_answer,
	.set_timeout = udp_set_timeout,
	.drain = udp_drain,
};
