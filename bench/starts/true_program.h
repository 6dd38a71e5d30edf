/* The program that ends at once, `true`, which the ways to execute a program execute. */
#pragma once

#include "error.h"

#include <limits.h>

/*
 * Finds the first `true` in the folders of the variable PATH, or else in those of the system's own
 * utilities. Returns 0, or -ENOENT with `error` that says where it was looked for.
 */
int true_program_find(char path[PATH_MAX], struct error *error);
