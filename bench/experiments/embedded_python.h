/*
 * A real CPython in the region process, for one number: what giving up and taking its global lock
 * costs when nobody else wants it (PyEval_SaveThread and PyEval_RestoreThread).
 *
 * libpython is looked for at run time, by the names that Linux distributions give it, so that
 * nothing has to be installed to build gilbench.
 */
#pragma once

#include "kernel.h"

#include <stdbool.h>

/* Writes "cpython-3.11.2", say. False if there is no libpython. */
bool embedded_python_version(char *text, size_t size);

/* A kernel of which a unit is one release with the acquisition that follows. */
extern const struct kernel embedded_python_release_acquire;
