/* See transport.h; the list of types is in registry.h. */
#include "transport.h"

#include "registry.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#define ADDRESS(name) &transport_##name,
static const struct transport_type *const types[] = { TRANSPORT_REGISTRY(ADDRESS) };

#define WORD(name) #name,
const char *const transport_words[] = { TRANSPORT_REGISTRY(WORD) NULL };

const struct transport_type *transport_at(size_t index)
{
	return index < sizeof(types) / sizeof(types[0]) ? types[index] : NULL;
}

const struct spec_form *transport_form(size_t index)
{
	const struct transport_type *type = transport_at(index);
	return type ? &type->form : NULL;
}

const struct transport_type *transport_default(bool two_way)
{
	size_t index = 0;
	while (two_way && transport_at(index) && !transport_at(index)->answer) {
		index++;
	}
	return transport_at(index);
}

int transport_open(
	struct transport *transport, const struct transport_type *type, struct error *error)
{
	*transport = (struct transport){ .type = type, .generator = -1, .worker = -1 };
	int result = type->open(transport, error);
	if (result) {
		transport_close_generator(transport);
		transport_close_worker(transport);
	}
	return result;
}

int transport_check(ssize_t moved)
{
	if (moved < 0) {
		return -errno;
	}
	if (moved != (ssize_t)sizeof(struct transport_message)) {
		return moved == 0 ? -EPIPE : -EBADMSG;
	}
	return 0;
}

static void close_end(int *fd)
{
	if (*fd >= 0) {
		close(*fd);
		*fd = -1;
	}
}

void transport_close_generator(struct transport *transport)
{
	close_end(&transport->generator);
}

void transport_close_worker(struct transport *transport)
{
	close_end(&transport->worker);
}

void transport_wait_for_room(const struct transport *transport, int ms)
{
	struct pollfd room = { .fd = transport->generator, .events = POLLOUT };
	poll(&room, 1, ms);
}
