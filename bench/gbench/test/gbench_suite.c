/* See gbench_suite.h. */
#include "gbench_suite.h"

void run_probe(struct gbench_state *state, void *user)
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

struct gbench_benchmark *add(const char *name, gbench_fn *fn, void *user, int64_t iterations)
{
	struct gbench_benchmark *benchmark = gbench_register(name, fn, user);
	assert_non_null(benchmark);
	if (iterations > 0) {
		gbench_set_iterations(benchmark, iterations);
	}
	return benchmark;
}

void initialize(void)
{
	char program[] = "test";
	char min_time[] = "--benchmark_min_time=0.001s";
	char *argv[] = { program, min_time, NULL };
	int argc = 2;
	assert_int_equal(gbench_initialize(&argc, argv, NULL), 0);
	assert_int_equal(argc, 1);
}

int run_quietly(struct gbench_report *report)
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

const char *value_of(const char *json, const char *row, const char *key)
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

double number(const char *json, const char *row, const char *key)
{
	const char *value = value_of(json, row, key);
	double result = NAN;
	if (value == NULL || sscanf(value, "%lf", &result) != 1) {
		fail_msg("the row %s has no number %s", row, key);
	}
	return result;
}

void assert_number(const char *json, const char *row, const char *key, double expected)
{
	const double value = number(json, row, key);
	if (!(fabs(value - expected) < 1e-9)) {
		fail_msg("%s of %s is %g, not %g", key, row, value, expected);
	}
}

void assert_value(const char *json, const char *row, const char *key, const char *expected)
{
	const char *value = value_of(json, row, key);
	assert_non_null(value);
	assert_int_equal(strncmp(value, expected, strlen(expected)), 0);
}

size_t count_rows(const char *json, const char *row)
{
	char pattern[128];
	size_t count = 0;
	snprintf(pattern, sizeof(pattern), "\"name\": \"%s\"", row);
	for (const char *at = strstr(json, pattern); at != NULL; at = strstr(at + 1, pattern)) {
		count++;
	}
	return count;
}

void assert_looks_like_json(const char *text)
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

void assert_has(const char *text, const char *part)
{
	if (strstr(text, part) == NULL) {
		fail_msg("\"%s\" is not in: %s", part, text);
	}
}

void assert_has_not(const char *text, const char *part)
{
	if (strstr(text, part) != NULL) {
		fail_msg("\"%s\" is in: %s", part, text);
	}
}

void assert_same_rows(const char *a, const char *b)
{
	assert_has(a, "\"benchmarks\"");
	assert_has(b, "\"benchmarks\"");
	assert_string_equal(strstr(a, "\"benchmarks\""), strstr(b, "\"benchmarks\""));
}
