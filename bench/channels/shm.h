/* Memory of the shared-memory file system, which a process shares with those that it forks. */
#pragma once

#include "error.h"

#include <stddef.h>

/*
 * Maps `size` zeroed bytes, all of which are there, not only promised. The object never has a name, so
 * none can be left behind. Returns the mapping, for shm_unmap(); or NULL with `error`, which says so
 * if the file system is full.
 */
void *shm_map(size_t size, struct error *error);

/* Unmaps a mapping of `size` bytes, in the calling process only. */
void shm_unmap(void *memory, size_t size);
