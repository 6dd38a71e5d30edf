/*
 * See shm.h. posix_fallocate() finds out whether there is room; without it, a write to memory for
 * which there is none would end the process with SIGBUS.
 */
#include "shm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where shm_open() has its objects. */
static const char folder[] = "/dev/shm";

static bool allocate(int file, size_t size, struct error *error)
{
	int code;
	do {
		code = posix_fallocate(file, 0, (off_t)size);
	} while (code == EINTR);
	if (code) {
		error_system(error, -code, "%s has no room for %zu bytes of shared memory", folder,
			size);
	}
	return code == 0;
}

static void *map(int file, size_t size, struct error *error)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, file, 0);
	if (memory == MAP_FAILED) {
		error_system(error, -errno, "could not map %zu bytes of shared memory", size);
		return NULL;
	}
	return memory;
}

void *shm_map(size_t size, struct error *error)
{
	int file = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, S_IRUSR | S_IWUSR);
	if (file < 0) {
		error_system(error, -errno, "could not create shared memory in %s", folder);
		return NULL;
	}
	void *memory = allocate(file, size, error) ? map(file, size, error) : NULL;
	close(file);
	return memory;
}

void shm_unmap(void *memory, size_t size)
{
	munmap(memory, size);
}
