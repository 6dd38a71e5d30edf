/*
 * Shared by the tests of I/O regions: a job, and running it.
 */
#pragma once

#include "io_region.h"
#include "region_suite.h"

enum { SUITE_MESSAGES = 5 };

/*
 * A job for a window of SUITE_MESSAGES messages, 5 ms apart, with the workers computing chunks of
 * 1000 units of suite_kernel.
 */
struct io_region_job suite_io_job(enum io_kind kind, const struct suite_mode *mode, int workers);

/* Returns what io_region_run() returns, and asserts that no process is left. */
int suite_try_io(struct io_region_job job, const char *lock, struct region_result *region,
	struct io_region_result *result, struct error *error);

/* The same for a job that must succeed. */
struct region_result suite_run_io(
	struct io_region_job job, const char *lock, struct io_region_result *result);
