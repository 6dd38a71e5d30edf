/*
 * A real CPython in the region process, to measure one thing: the cost of releasing and acquiring
 * its global lock without contention (PyEval_SaveThread and PyEval_RestoreThread).
 *
 * libpython is loaded at run time, by the names that Linux distributions give it, so that building
 * gilbench does not require it.
 */
#pragma once

#include "kernel.h"

#include <stdbool.h>

/* Writes the version, as in "cpython-3.11.2". Returns false if there is no libpython. */
bool libpython_version(char *text, size_t size);

/* A kernel whose unit is one release and the acquisition that follows. */
extern const struct kernel libpython_release_acquire;
