/*
 * Parsing the values of options. Each function takes the text of a value and puts it into the
 * options; it returns 0, or a negative errno value with `error`, which says what was wrong and what
 * is allowed.
 */
#pragma once

#include "options.h"

typedef int parse_value(struct options *options, const char *text, struct error *error);

parse_value parse_kernel, parse_lock, parse_mode, parse_workers, parse_interpreter, parse_time,
	parse_samples, parse_runs, parse_pin, parse_seed, parse_out, parse_machine,
	parse_experiment;
/* Parameters of experiments under their old names as options; for one release. */
parse_value parse_every, parse_over;
/* Flags; `text` is NULL. */
parse_value parse_quick, parse_quiet, parse_verbose, parse_strict, parse_as_run;
