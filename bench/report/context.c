/* See context.h. */
#include "context.h"

#include "facts.h"
#include "gbench.h"

#include <stdio.h>
#include <stdlib.h>

static void add_fact(void *unused, const char *key, const char *value)
{
	(void)unused;
	/* Fails if --benchmark_context has set the key already, which then stays. */
	gbench_add_context(key, value);
}

static void add_run(const struct request *request)
{
	char text[32];
	snprintf(text, sizeof(text), "%g", request->time_s);
	add_fact(NULL, "time_s", text);
	snprintf(text, sizeof(text), "%d", request->samples);
	add_fact(NULL, "samples", text);
	snprintf(text, sizeof(text), "%llu", (unsigned long long)request->seed);
	add_fact(NULL, "seed", text);
	add_fact(NULL, "pin", placement_form(request->pin)->name);
}

void context_add(const struct request *request)
{
	add_fact(NULL, "gilbench_version", GILBENCH_VERSION);
	add_fact(NULL, "google_benchmark_version", gbench_version());
	add_fact(NULL, "build_type", GILBENCH_BUILD_TYPE);
	add_fact(NULL, "compiler", GILBENCH_COMPILER);
	add_run(request);
	facts_visit(request->placement, add_fact, NULL);
}

void context_add_origin(const char *machine, const char *command_line)
{
	const char *started_by = getenv("GILBENCH_STARTED_BY");
	if (machine) {
		add_fact(NULL, "machine", machine);
	}
	add_fact(NULL, "command_line", command_line);
	if (started_by && started_by[0]) {
		add_fact(NULL, "started_by", started_by);
	}
}
