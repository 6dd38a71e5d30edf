/* See context.h. */
#include "context.h"

#include "facts.h"
#include "gbench.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void refuse(const char *key, struct error *error)
{
	error_set(error, -EEXIST,
		"--benchmark_context: gilbench itself writes the key '%s'; choose another one",
		key);
}

void context_put(const char *key, const char *value, struct error *error)
{
	if (gbench_add_context(key, value) == -EEXIST && strcmp(key, "machine") != 0) {
		refuse(key, error);
	}
}

static void add_fact(void *error, const char *key, const char *value)
{
	context_put(key, value, error);
}

static void add_run(const struct request *request, struct error *error)
{
	char text[32];
	snprintf(text, sizeof(text), "%g", request->time_s);
	context_put("time_s", text, error);
	if (request->precision > 0) {
		snprintf(text, sizeof(text), "auto:%g%%", 100 * request->precision);
	} else {
		snprintf(text, sizeof(text), "%d", request->runs);
	}
	context_put("runs", text, error);
	snprintf(text, sizeof(text), "%d", request->samples);
	context_put("samples", text, error);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)request->seed);
	context_put("seed", text, error);
	context_put("pin", placement_form(request->pin)->name, error);
}

/* "finding.1" and so on. */
static void print_finding_key(char *key, size_t size, size_t index)
{
	snprintf(key, size, "finding.%zu", index + 1);
}

void context_add_findings(const struct findings *findings)
{
	struct error unused;
	context_put("verdict", findings_verdict(findings), &unused);
	for (size_t i = 0; i < findings->count; i++) {
		const struct finding *finding = &findings->list[i];
		char key[32];
		char text[FINDING_TEXT_MAX + 32];
		print_finding_key(key, sizeof(key), i);
		snprintf(text, sizeof(text), "%s: %s", severity_name(finding->severity),
			finding->text);
		context_put(key, text, &unused);
	}
}

void context_add_precision(double precision)
{
	struct error unused;
	char text[32];
	snprintf(text, sizeof(text), "%.2g", precision);
	if (isfinite(precision)) {
		context_put("score_precision", text, &unused);
	}
}

/* Keys that are written only when the measurement has ended. */
static void refuse_later_keys(struct error *error)
{
	if (gbench_has_context("score_precision")) {
		refuse("score_precision", error);
	}
	char key[32] = "verdict";
	for (size_t i = 0; i <= FINDINGS_MAX; i++) {
		if (gbench_has_context(key)) {
			refuse(key, error);
		}
		print_finding_key(key, sizeof(key), i);
	}
}

void context_add(const struct request *request, struct error *error)
{
	context_put("gilbench_version", GILBENCH_VERSION, error);
	context_put("google_benchmark_version", gbench_version(), error);
	context_put("build_type", GILBENCH_BUILD_TYPE, error);
	context_put("compiler", GILBENCH_COMPILER, error);
	add_run(request, error);
	facts_visit(request->placement, add_fact, error);
	refuse_later_keys(error);
}

void context_add_origin(const char *machine, const char *command_line, struct error *error)
{
	const char *started_by = getenv("GILBENCH_STARTED_BY");
	if (machine) {
		context_put("machine", machine, error);
	}
	context_put("command_line", command_line, error);
	if (started_by && started_by[0]) {
		context_put("started_by", started_by, error);
	}
}
