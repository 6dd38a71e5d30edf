/*
 * The file of distributions: beside a result FILE.json, FILE.hgrm holds the whole distribution of
 * each row that keeps one, all samples of the row together. The distribution of a row begins with a
 * line "# row: NAME" and goes on in the format of HdrHistogram's percentile files (latency.h).
 *
 * Lines "# sample: run=R round=R messages=N: VALUE ..." follow, with the latencies of each sample
 * (latency_print_values()), from which readers tell how exactly a percentile is known. If messages
 * were not read in time, " censored=N from=VALUE" comes before the colon.
 */
#pragma once

#include "outfile.h"
#include "plan.h"

#include <limits.h>

/* True if an experiment of the plan keeps distributions, so that a file is due. */
bool hgrm_is_due(const struct plan *plan);

/* Writes the file's name for the result `out` to `path`. Returns 0, or -ENAMETOOLONG with `error`. */
int hgrm_path(char path[PATH_MAX], const char *out, struct error *error);

/* The text of the file, for free(). NULL if out of memory. */
char *hgrm_print(const struct plan *plan);
