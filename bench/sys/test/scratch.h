/* A folder for the files of a test, one at a time. */
#pragma once

#include <stdbool.h>

/* For cmocka: creates the folder, removes all files in it, and removes it as well. */
int scratch_create(void **unused);
int scratch_empty(void **unused);
int scratch_remove(void **unused);

const char *scratch_folder(void);

/* The path of a file in the folder, until the next call. */
const char *scratch_path(const char *file);

/* How many files are in the folder. */
int scratch_count(void);

bool scratch_has(const char *path);
void scratch_write(const char *path, const char *text);
void scratch_expect(const char *path, const char *expected);
