/*
 * Regions of real interpreters with an I/O thread next to the workers that count down: the
 * counterpart of io_region.h, as runtime_region.h is that of region.h.
 */
#pragma once

#include "interpreter.h"
#include "io_region.h"

/*
 * Runs the job in threads of the interpreter. Fills `region` as runtime_region_run() does, except
 * for times and units, and `result`, for io_region_finish(). Returns 0, or a negative errno value
 * with `error` as of io_region_run(); also an error if the program reported something that cannot
 * be true.
 */
int runtime_io_region_run(const struct io_region_job *job, const struct interpreter *interpreter,
	const struct limits *limits, struct region_result *region, struct io_region_result *result,
	struct error *error);
