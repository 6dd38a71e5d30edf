/* How much memory there is for a sample. */
#pragma once

#include "error.h"

#include <stddef.h>

/*
 * Checks that `needed` bytes are available, so that the system need not kill a process to find them.
 * Returns 0, or -ENOMEM with `error`, which begins with `what` needs them. Where the system does not
 * say how much is available, any number is.
 */
int headroom_check(size_t needed, const char *what, struct error *error);
