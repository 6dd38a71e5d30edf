/* See pu.h. */
#include "pu.h"

#include <errno.h>
#include <sched.h>

/* Returns a set of one PU, for CPU_FREE(), or NULL. */
static cpu_set_t *create_set(int pu, size_t *size)
{
	cpu_set_t *set = CPU_ALLOC((size_t)pu + 1);
	*size = CPU_ALLOC_SIZE((size_t)pu + 1);
	if (set) {
		CPU_ZERO_S(*size, set);
		CPU_SET_S((size_t)pu, *size, set);
	}
	return set;
}

int pu_bind(int pu, struct error *error)
{
	size_t size;
	cpu_set_t *set = create_set(pu, &size);
	if (!set) {
		return error_set(error, -ENOMEM, "out of memory for a set of PUs");
	}
	int code = sched_setaffinity(0, size, set) ? -errno : 0;
	CPU_FREE(set);
	return code ? error_system(error, code, "could not bind to PU %d", pu) : 0;
}

int pu_start(
	pthread_t *thread, int pu, void *(*run)(void *context), void *context, struct error *error)
{
	size_t size;
	pthread_attr_t attributes;
	cpu_set_t *set = create_set(pu, &size);
	if (!set || pthread_attr_init(&attributes)) {
		CPU_FREE(set);
		return error_set(error, -ENOMEM, "out of memory for a set of PUs");
	}
	int code = pthread_attr_setaffinity_np(&attributes, size, set);
	code = code ? code : pthread_create(thread, &attributes, run, context);
	pthread_attr_destroy(&attributes);
	CPU_FREE(set);
	return code ? error_system(error, -code, "could not start a thread on PU %d", pu) : 0;
}
