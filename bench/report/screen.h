/*
 * The first screen: verdict, answer and table of a result, as scripts/table prints them. That script
 * does all the statistics, so it is started, in place of a second implementation.
 */
#pragma once

#include "error.h"
#include "signals.h"

#include <stdbool.h>

/*
 * Whether the script is there: gilbench-table beside this program, as it is installed, or in the source
 * tree from which it was built. The environment variable GILBENCH_TABLE names another one; if it is
 * empty, there is none.
 */
bool screen_is_available(void);

/* What the screen is about: the result file `path` or, if that is NULL, the texts of its files. */
struct screen_source {
	const char *path;
	const char *json;
	const char *distributions; /* see hgrm.h; NULL: there are none */
};

/*
 * Prints the screen on standard output. Returns 0, or a negative errno value with `error`; the script
 * has explained then what was wrong, or could not be started.
 */
int screen_show(
	const struct screen_source *source, const struct signals *signals, struct error *error);
