/*
 * Where a result file goes: which file a path names, and whether that file can be replaced.
 */
#pragma once

#include "error.h"

#include <limits.h>

struct outpath {
	const char *path;      /* as the caller gave it */
	char target[PATH_MAX]; /* the same with all links followed */
};

/*
 * Follows the links of `path`, which the caller keeps. A link that points to nothing names the file
 * that will be created there. Returns 0, or a negative errno value with `error` if the name is too
 * long or empty, or leads to an open file of a process (as /dev/stdout does).
 */
int outpath_resolve(struct outpath *outpath, const char *path, struct error *error);

/*
 * Checks that rename() will be able to put a file where `target` with `suffix` is: what is there
 * has to be a plain file that may be written to and replaced. Changes nothing. Returns 0, or a
 * negative errno value with `error`.
 */
int outpath_check(const struct outpath *outpath, const char *suffix, struct error *error);

/*
 * Writes what an error calls the file, as in "'a.json.partial'" or "'a.json', a link to 'b.json'".
 * Returns `text`.
 */
enum { OUTPATH_TEXT_MAX = 360 };
const char *outpath_describe(
	const struct outpath *outpath, const char *suffix, char text[OUTPATH_TEXT_MAX]);

/* Writes the folder of a path to `folder`, "." if it names none. */
void outpath_folder(const char *path, char folder[PATH_MAX]);
