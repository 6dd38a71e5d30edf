/*
 * Links: what messages go over from the peer, another process, to a worker that does input and
 * output. Each end is one file descriptor, and on both a message is read or written as a whole.
 */
#pragma once

#include "error.h"
#include "spec.h"

enum link_kind {
	LINK_PIPE, /* one way, from the peer to the worker; nothing is lost */
	LINK_UDP,  /* both ways, over sockets of the loopback; datagrams may get lost */
};

/* Their names, in the order of the enumeration, for spec_parse() and --help. */
const struct spec_form *link_form(size_t index);

struct link {
	enum link_kind kind;
	int peer;   /* the peer's end */
	int worker; /* the worker's */
};

/*
 * Makes one; UDP takes any two free ports. Reading and writing wait, except that a pipe which is
 * full says so to the peer (EAGAIN). The ends are closed on exec. 0, or a negative errno value with
 * `error`, which names the step that failed; the link is then closed.
 */
int link_open(struct link *link, enum link_kind kind, struct error *error);

/* Close an end, if it is open still. */
void link_close_peer(struct link *link);
void link_close_worker(struct link *link);
