/*
 * What the tests of gbench.h share: a benchmark function that does as it is told and notes what it
 * sees, a run of all benchmarks without their table among the test results, and a look into the
 * JSON that comes of it.
 */
#pragma once

#include "../gbench.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* What a benchmark function is told to do, and what it has seen. */
struct probe {
	int64_t batch;    /* 0: one iteration at a time */
	int failing_call; /* counted from 1 */
	int skipping_call;
	int calls;
	int64_t turns; /* of the last call, as what follows */
	int64_t iterations;
};

static inline void run_probe(struct gbench_state *state, void *user)
{
	struct probe *probe = user;
	probe->calls++;
	probe->turns = 0;
	if (probe->calls == probe->failing_call) {
		gbench_fail(state, "failed on request");
	}
	if (probe->calls == probe->skipping_call) {
		gbench_skip(state, "skipped on request");
	}
	while (probe->batch ? gbench_keep_running_batch(state, probe->batch)
			    : gbench_keep_running(state)) {
		probe->turns++;
	}
	probe->iterations = gbench_iterations(state);
	gbench_set_counter(state, "zero", 0, GBENCH_COUNTER_DEFAULT, GBENCH_1K_IS_1000);
}

/* Iterations as many as Google Benchmark finds if 0. */
static inline struct gbench_benchmark *add(
	const char *name, gbench_fn *fn, void *user, int64_t iterations)
{
	struct gbench_benchmark *benchmark = gbench_register(name, fn, user);
	assert_non_null(benchmark);
	if (iterations > 0) {
		gbench_set_iterations(benchmark, iterations);
	}
	return benchmark;
}

static inline void initialize(void)
{
	char program[] = "test";
	char min_time[] = "--benchmark_min_time=0.001s";
	char *argv[] = { program, min_time, NULL };
	int argc = 2;
	assert_int_equal(gbench_initialize(&argc, argv, NULL), 0);
	assert_int_equal(argc, 1);
}

static inline int run_quietly(struct gbench_report *report)
{
	fflush(stdout);
	const int kept = dup(STDOUT_FILENO);
	assert_non_null(freopen("/dev/null", "w", stdout));
	const int result = gbench_run(report);
	fflush(stdout);
	assert_return_code(dup2(kept, STDOUT_FILENO), errno);
	close(kept);
	return result;
}

/* What follows "key": in the first row of that name; NULL if it has no such key. */
static inline const char *value_of(const char *json, const char *row, const char *key)
{
	char pattern[128];
	snprintf(pattern, sizeof(pattern), "\"name\": \"%s\"", row);
	const char *start = strstr(json, pattern);
	if (start == NULL) {
		fail_msg("there is no row %s", row);
		return NULL;
	}
	const char *end = strstr(start, "\n    }");
	snprintf(pattern, sizeof(pattern), "\"%s\": ", key);
	const char *value = strstr(start, pattern);
	return value != NULL && value < end ? value + strlen(pattern) : NULL;
}

static inline double number(const char *json, const char *row, const char *key)
{
	const char *value = value_of(json, row, key);
	double result = NAN;
	if (value == NULL || sscanf(value, "%lf", &result) != 1) {
		fail_msg("the row %s has no number %s", row, key);
	}
	return result;
}

static inline void assert_number(
	const char *json, const char *row, const char *key, double expected)
{
	const double value = number(json, row, key);
	if (!(fabs(value - expected) < 1e-9)) {
		fail_msg("%s of %s is %g, not %g", key, row, value, expected);
	}
}

static inline void assert_value(
	const char *json, const char *row, const char *key, const char *expected)
{
	const char *value = value_of(json, row, key);
	assert_non_null(value);
	assert_int_equal(strncmp(value, expected, strlen(expected)), 0);
}

static inline size_t count_rows(const char *json, const char *row)
{
	char pattern[128];
	size_t count = 0;
	snprintf(pattern, sizeof(pattern), "\"name\": \"%s\"", row);
	for (const char *at = strstr(json, pattern); at != NULL; at = strstr(at + 1, pattern)) {
		count++;
	}
	return count;
}

/* Not the whole grammar, but truncated or doubled text does not pass; nor does NaN. */
static inline void assert_looks_like_json(const char *text)
{
	long depth = 0;
	bool is_quoted = false;
	assert_non_null(text);
	assert_int_equal(text[0], '{');
	for (const char *c = text; *c != '\0'; c++) {
		if (*c == '"') {
			is_quoted = !is_quoted;
		} else if (is_quoted && *c == '\\') {
			c++;
		} else if (!is_quoted) {
			depth += (*c == '{' || *c == '[') - (*c == '}' || *c == ']');
			assert_true(depth > 0 || strcmp(c, "}\n") == 0 || strcmp(c, "\n") == 0);
			assert_false(*c == 'N' || *c == 'I');
		}
	}
	assert_int_equal(depth, 0);
	assert_false(is_quoted);
}

static inline void assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL) {
		fail_msg("\"%s\" is not in: %s", part, text);
	}
}

static inline void assert_has_not(const char *text, const char *part)
{
	if (strstr(text, part) != NULL) {
		fail_msg("\"%s\" is in: %s", part, text);
	}
}

/* The rows of two JSON texts of one run; their contexts may tell different loads. */
static inline void assert_same_rows(const char *a, const char *b)
{
	assert_has(a, "\"benchmarks\"");
	assert_has(b, "\"benchmarks\"");
	assert_string_equal(strstr(a, "\"benchmarks\""), strstr(b, "\"benchmarks\""));
}
