/* Combinations of options that make no sense together. */
#pragma once

#include "options.h"

/*
 * Checks the options as a whole. Returns 0, or -EINVAL with `error`, which names the option and what
 * to do.
 */
int check_options(const struct options *options, struct error *error);
