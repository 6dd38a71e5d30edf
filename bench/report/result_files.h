/*
 * The files of a run: the results as JSON, and beside them the distributions if there are any. They
 * are created before anything is measured, since to find out later that this is impossible would be
 * to lose what was measured; and they replace older ones only when they are complete.
 */
#pragma once

#include "outfile.h"
#include "plan.h"

#include <limits.h>

/* All zero: none are written. */
struct result_files {
	const char *out; /* the name of the JSON, the caller's; NULL: none */
	struct outfile json;
	bool is_open; /* `json` */
	char distributions_path[PATH_MAX];
	struct outfile distributions;
	bool has_distributions;
};

/*
 * Creates the JSON under the name `out`, unless that is NULL. All functions return 0, or a negative
 * errno value with `error`.
 */
int result_files_open(struct result_files *files, const char *out, struct error *error);

/* Reserves room on the disk for the plan's results, and creates the file of distributions. */
int result_files_reserve(struct result_files *files, const struct plan *plan, struct error *error);

/*
 * Writes the results and the distributions and closes the files, in any case both. The results of an
 * interrupted run must not replace complete ones, so their files have names of their own
 * (OUTFILE_PARTIAL). If both fail, `error` is that of the first.
 */
int result_files_commit(
	struct result_files *files, const struct plan *plan, const char *json, struct error *error);

/* Closes and removes what is open. */
void result_files_abandon(struct result_files *files);
