/*
 * Bare loops of the calls that the ways of starting make, without anything around them: what
 * starts_run() is compared with.
 */
#pragma once

#include "ways.h"

#include <stdbool.h>
#include <stdint.h>

/* Makes `count` starts in that way; false if one failed, or if there is no loop for the way. */
bool bare_loop_run(const struct start_way *way, const char *program, int64_t count);
