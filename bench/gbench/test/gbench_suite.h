/*
 * Shared by the tests of gbench.h: a benchmark function that can be told to fail, a run of all
 * benchmarks that keeps their table out of the test results, and checks on the JSON.
 */
#pragma once

#include "gbench.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Tells run_probe() what to do, and records what happened. */
struct probe {
	int64_t batch;      /* size; 0 for the unbatched loop */
	int failing_call;   /* the call that fails, counted from 1; 0 for none */
	int skipping_call;  /* the call that is skipped, likewise */
	int calls;          /* of run_probe() */
	int64_t turns;      /* of the loop, in the last call */
	int64_t iterations; /* gbench_iterations() after the loop, in the last call */
};

/* A benchmark function; `user` is a struct probe. */
void run_probe(struct gbench_state *state, void *user);

/* Registers a benchmark; with 0 iterations, Google Benchmark finds their number. */
struct gbench_benchmark *add(const char *name, gbench_fn *fn, void *user, int64_t iterations);

/* Calls gbench_initialize() with a short --benchmark_min_time. */
void initialize(void);

/* Calls gbench_run() with standard output redirected to /dev/null. */
int run_quietly(struct gbench_report *report);

/* Returns the text after "key": in the first row of this name, or NULL without such a key. */
const char *value_of(const char *json, const char *row, const char *key);

/* Returns the number there. */
double number(const char *json, const char *row, const char *key);

void assert_number(const char *json, const char *row, const char *key, double expected);

/* Fails unless the value begins with `expected`. */
void assert_value(const char *json, const char *row, const char *key, const char *expected);

/* Returns the number of rows of this name. */
size_t count_rows(const char *json, const char *row);

/* Fails for truncated or repeated text, NaN and Infinity; does not check the whole grammar. */
void assert_looks_like_json(const char *text);

void assert_has(const char *text, const char *part);

void assert_has_not(const char *text, const char *part);

/* Compares the rows of two JSON texts of one run; their load averages may differ. */
void assert_same_rows(const char *a, const char *b);
