/* See shared.h: anonymous shared mappings. */
#include "shared.h"

#include <errno.h>
#include <sys/mman.h>

void *shared_create(size_t size, struct error *error)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		error_system(error, -errno, "could not map %zu bytes of shared memory", size);
		return NULL;
	}
	return memory;
}

void shared_destroy(void *memory, size_t size)
{
	munmap(memory, size);
}
