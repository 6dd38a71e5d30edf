/* Memory that a process shares with the processes that it forks afterwards. */
#pragma once

#include "error.h"

#include <stddef.h>

/*
 * Maps `size` zeroed bytes. Returns the mapping, for shared_destroy(), or NULL with `error`.
 */
void *shared_create(size_t size, struct error *error);

/* Unmaps a mapping of `size` bytes, in the calling process only. */
void shared_destroy(void *memory, size_t size);
