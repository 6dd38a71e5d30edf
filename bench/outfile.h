/*
 * A file that is whole or not there: written under a temporary name beside its own, and renamed
 * when all of it is on the disk.
 */
#pragma once

#include "error.h"

#include <limits.h>

struct outfile {
	const char *path; /* the caller's */
	char temporary[PATH_MAX];
	int fd;
};

/*
 * Makes the temporary file, so that a place where nothing can be written is found out before
 * anything is measured. 0, or a negative errno value with `error`.
 */
int outfile_open(struct outfile *file, const char *path, struct error *error);

/*
 * Takes room on the disk for about so many bytes, so that a disk that is too full is found out
 * before anything is measured, too. Ends the life of `file` if it fails: a negative errno value
 * with `error`.
 */
int outfile_reserve(struct outfile *file, size_t bytes, struct error *error);

/*
 * Writes `text` and gives the file its name with `suffix` behind it. Ends the life of `file` in any
 * case. 0, or a negative errno value with `error`; nothing is left behind then.
 */
int outfile_commit(struct outfile *file, const char *text, const char *suffix, struct error *error);

/* Removes the temporary file. */
void outfile_abandon(struct outfile *file);
