/* See runtime_region.h. */
#include "runtime_region.h"

#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void add_spans(const struct span *spans, int workers, struct region_result *result)
{
	struct span_sum sum = { 0 };
	for (int i = 0; i < workers; i++) {
		span_add(&sum, &spans[i]);
		result->active_ns += spans[i].end_ns - spans[i].start_ns;
	}
	result->checksum = sum.units;
	result->wall_ns = span_wall_ns(&sum);
	result->start_skew_ns = span_skew_ns(&sum);
}

int runtime_region_run(const struct runtime_region_job *job, const struct limits *limits,
	struct region_result *result, struct error *error)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC)) {
		return error_system(error, -errno, "could not create a pipe");
	}
	struct span *spans;
	char workers[16];
	char units[24];
	const char *const arguments[] = { "times", job->way, workers, units, NULL };
	snprintf(workers, sizeof(workers), "%d", job->workers);
	snprintf(units, sizeof(units), "%" PRIu64, job->units);
	struct program program = {
		.interpreter = job->interpreter,
		.placement = job->placement,
		.arguments = arguments,
		.workers = job->workers,
		.units = job->units,
		.input = ends[0],
		.answers = ends[1],
	};
	int failed = program_run(&program, limits, result, &spans, error);
	close(ends[0]);
	close(ends[1]);
	if (!failed) {
		add_spans(spans, job->workers, result);
		free(spans);
	}
	return failed;
}
