/* See isolated.h. */
#include "isolated.h"

#include "shared.h"

#include <errno.h>
#include <stdalign.h>
#include <string.h>

/* Shared memory; the result has any alignment, up to that of a cache line. */
struct isolated_shared {
	struct supervised_outcome outcome;
	alignas(64) unsigned char result[];
};

/* The context of the process. */
struct call {
	const struct isolated *isolated;
	struct isolated_shared *shared;
};

static int run(void *context, struct error *error)
{
	const struct call *call = context;
	return call->isolated->run(call->isolated->context, call->shared->result, error);
}

int isolated_run(const struct isolated *isolated, const struct limits *limits, void *result,
	struct error *error)
{
	size_t size = sizeof(struct isolated_shared) + isolated->result_size;
	struct isolated_shared *shared = shared_create(size, error);
	if (!shared) {
		return -ENOMEM;
	}
	struct call call = { isolated, shared };
	const struct supervised supervised = { run, &call, isolated->name };
	int failed = supervisor_run(&supervised, limits, &shared->outcome, error);
	if (!failed && result) {
		memcpy(result, shared->result, isolated->result_size);
	}
	shared_destroy(shared, size);
	return failed;
}
