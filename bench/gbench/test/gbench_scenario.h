/*
 * Tests of gbench.h as a whole program. Google Benchmark parses its flags once per process, so each
 * test runs its own executable again as a benchmark program, called a scenario; the name of the
 * scenario is that program's argv[0].
 */
#pragma once

#include "gbench_suite.h"

/* The outcome of a scenario. */
struct outcome {
	int status; /* exit status */
	char *out;  /* standard output */
	char *err;  /* standard error */
	char *json; /* of struct gbench_report, in `err`; NULL if none was printed */
};

/*
 * Scenarios by name. Those that run benchmarks end standard error with the report, and exit with
 * status 0 if they get there.
 *
 * two        runs alpha and beta, which differ in their counters
 * full-disk  does the same with standard output on /dev/full
 * flaky      runs a benchmark whose third repetition fails
 * bad        runs a row that fails, one that is skipped and a good one
 * hostile    runs benchmarks with the value of SCENARIO_TEXT wherever the API takes text
 * dry        calls gbench_dry_run(); with an argument left over, it also runs the benchmarks
 * context    adds the key "who" to the context
 *
 * In the environment, SCENARIO_TEXT also sets the host name, and SCENARIO_ON_TERMINAL makes
 * standard output pass for a terminal.
 */

/* Whether the test executable was started as a scenario. */
bool scenario_is_wanted(char **argv);

/* Runs the scenario; returns its exit status. */
int scenario_main(int argc, char **argv);

/*
 * Runs a scenario in a process of its own, with up to three arguments (or NULL) after a short
 * --benchmark_min_time. outcome_finish() frees the outcome.
 */
struct outcome scenario_run(const char *name, char *first, char *second, char *third);
void outcome_finish(struct outcome *outcome);

/* Returns all of a file, from malloc(), and closes it. */
char *read_file(FILE *file);

/* Fails unless Python decodes the text as UTF-8 and parses it as JSON, without NaN or Infinity. */
void assert_is_json(const char *text);
