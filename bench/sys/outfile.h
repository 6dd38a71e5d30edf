/*
 * A result file that is whole or not there: it is written to a temporary file in the same folder,
 * which is renamed when all of it is on the disk.
 */
#pragma once

#include "error.h"
#include "outpath.h"

#include <limits.h>

/* The suffix of a file with the results of an interrupted run. */
#define OUTFILE_PARTIAL ".partial"

struct outfile {
	struct outpath path;      /* path.target is the file that will be replaced */
	char temporary[PATH_MAX]; /* empty while the temporary file has no name */
	int fd;
};

/*
 * Creates the temporary file. What would make outfile_commit() fail is found out here, before
 * anything is measured, as far as possible: that the name, or the one for an interrupted run, is
 * taken by something that is not a plain file, is read-only or may not be replaced, or that the
 * folder cannot be written to. If `path` is a symbolic link, the file that it points to is
 * replaced, and the link stays. Returns 0, or a negative errno value with `error`.
 */
int outfile_open(struct outfile *file, const char *path, struct error *error);

/*
 * Reserves about that many bytes on the disk, so that a disk that is too full is found out before
 * anything is measured, too. Returns 0; or a negative errno value with `error`, and `file` is
 * closed.
 */
int outfile_reserve(struct outfile *file, size_t bytes, struct error *error);

/*
 * Writes `text`, and renames the file to its target with `suffix` appended. Closes `file` in any
 * case. Returns 0, or a negative errno value with `error`; the text is then kept in a temporary
 * file, which `error` names, beside the target or, if that cannot be written, in the system's
 * folder for temporary files. It is lost only if that fails, too.
 */
int outfile_commit(struct outfile *file, const char *text, const char *suffix, struct error *error);

/* Closes and removes the temporary file. */
void outfile_abandon(struct outfile *file);
