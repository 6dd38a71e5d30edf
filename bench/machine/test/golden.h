/*
 * Facts of machines that are made up of a few files, and what is expected to be found in them.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

enum { GOLDEN_FILES_MAX = 8 };

struct golden_file {
	const char *path;
	const char *text;
};

struct golden {
	const char *fact; /* NULL if none is to be found */
	struct golden_file files[GOLDEN_FILES_MAX];
};

/* Finds a fact in the files below the folder `root`. */
typedef bool golden_function(const char *root, char *text, size_t size);

/* For cmocka: the folder in which the machines are made up. */
int golden_create_folder(void **unused);
int golden_remove_folder(void **unused);

/* Makes up each machine, and checks what `find` finds in it. */
void golden_check(const struct golden *goldens, size_t count, golden_function *find);
