/*
 * The small text files by which the system describes itself, in /proc and /sys. For this layer and
 * conditions/. `root` is put before each path: "" for this machine, or the folder of one that a test
 * made up.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Enough for a pin map of a large machine, and for the path of a control group. */
enum { SYSFILE_LINE_MAX = 4096 };

/* Opens a file for reading, for fclose(). Returns NULL if there is none. */
FILE *sysfile_open(const char *root, const char *path);

bool sysfile_exists(const char *root, const char *path);

/* Reads the first line, without its newline. False if there is none. */
bool sysfile_read_line(const char *root, const char *path, char *text, size_t size);

/* Whether `text` begins with `prefix`. */
bool sysfile_begins(const char *text, const char *prefix);
