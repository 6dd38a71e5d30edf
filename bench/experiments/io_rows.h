/*
 * I/O rows: what experiments have in common whose samples are regions with one I/O thread beside
 * some threads that compute (io_region.h).
 *
 * Defaults: every lock model that excludes, free threads, and processes with the lock of CPython 3;
 * beside 0, 1, 2 and 4 CPU-bound workers; and beside each real interpreter the model of its lock,
 * at its pace.
 */
#pragma once

#include "experiment.h"
#include "io_region.h"

/* An experiment's own part. */
struct io_rows {
	const struct experiment *experiment;
	/* The kind of load, the task and the transport; the rest is filled in. */
	struct io_region_job job;
	/*
	 * Fills the sample's `seconds` and adds the experiment's counters and marks. The sample has
	 * the latencies, sorted. Returns 0 or -ENOMEM.
	 */
	int (*count)(struct sample *sample, const struct io_region_result *result);
	/*
	 * How long messages have to be sent for a row to show what a lock with this quantum does; 0
	 * if any time will do.
	 */
	int64_t (*wanted_ns)(int64_t quantum_ns, int workers);
	/* How long messages are sent at least, unless the run is to be quick. */
	int64_t least_ns;
	/* Each sample also measures the workers without messages, for `throughput_kept`. */
	bool measures_alone;
};

/* The grid that these experiments have in common; for initialisers. */
extern const int io_rows_workers[];
#define IO_ROWS_GRID \
	{ \
		.axes = GRID_KERNEL | GRID_MODE | GRID_LOCK | GRID_RUNTIME | GRID_WORKERS, \
		.has_mode = io_rows_has_mode, .shared_locks = "all", .own_locks = "cpython3", \
		.only_excluding = true, .workers = io_rows_workers, .workers_min = 0, \
	}
bool io_rows_has_mode(const struct mode *mode);

/* Counters that all their rows have, for the list of an experiment. */
#define IO_ROWS_COUNTERS \
	{ "lost", "1", QUANTITY_LOWER }, { "duplicated", "1", QUANTITY_LOWER }, \
	{ \
		"turn_s", "s", QUANTITY_NEITHER \
	}

/* Adds the rows. `self` holds the experiment's parameters. As an experiment's plan(). */
int io_rows_plan(struct plan *plan, const struct request *request, const struct spec *self,
	const struct io_rows *rows, struct error *error);

/* Adds a time in nanoseconds as a counter in seconds. 0 or -ENOMEM. */
int io_rows_count_ns(struct sample *sample, const char *name, int64_t ns);
