/* Whether what was asked for makes sense together: an option that nothing heeds is a mistake. */
#pragma once

#include "options.h"

/* 0; or -EINVAL, with `error` naming the option and what it goes with. */
int options_check(const struct options *options, struct error *error);
