/*
 * Work: a workload and where its number of units comes from.
 *
 * A real interpreter may run the work. The lock model that stands for its lock is compared with it
 * by a second work: gilbench's own kernel, set to the pace of the interpreter. This pace, the time
 * of one unit, is the only number that a model takes from a real runtime.
 */
#pragma once

#include "child.h"
#include "interpreter.h"
#include "placement.h"
#include "region.h"
#include "workload.h"

enum work_source {
	WORK_CALIBRATED, /* sequential regions of the work itself are timed */
	WORK_FIXED,      /* the number of units is given */
	WORK_SCALED,     /* that of `reference`, in proportion to the length of the regions */
	WORK_PACED,      /* that of `reference`, and the kernel is set to its pace */
};

struct work {
	/* Identity: equal fields denote the same work (work_same()); of `load` only the spec. */
	struct workload load;
	struct interpreter *interpreter; /* runs the kernel; NULL: gilbench does */
	enum work_source source;
	struct work *reference;
	int64_t region_ns; /* length of its sequential regions; 0: the run's */

	/*
	 * Number of units, checksum and time of a turn are those that another run has found
	 * (work_adopt()); only a kernel that follows an interpreter is set to its pace again.
	 */
	bool adopted;
	bool ready;
	struct error error; /* why it could not be made ready; empty unless that failed */
};

/* The run's length of a sequential region, and where calibration runs. */
struct work_target {
	int64_t region_ns;
	const struct placement *placement;
	const struct signals *signals;
};

/*
 * Makes the work ready: creates the kernel's data, finds the number of units and the checksum.
 * Returns 0, or a negative errno value with `error` as region_run() does. A work that could not be
 * made ready returns the same error again, unless a signal was the cause.
 */
int work_prepare(struct work *work, const struct work_target *target, struct error *error);

/*
 * Takes over from another run how much work it is, so that all runs do the same, or why the work
 * could not be made ready there. To be called before work_prepare().
 */
void work_adopt(struct work *work, const struct workload *found, const struct error *error);

/* Frees the kernel's data, if there is any. */
void work_finish(struct work *work);

/* True if both are the same kernel, run by the same program, at the same pace, for as long. */
bool work_same(const struct work *left, const struct work *right);

/* Length of the work's sequential regions. */
int64_t work_region_ns(const struct work *work, const struct work_target *target);

/* How long one of its regions may take. */
int64_t work_deadline_ns(const struct work *work, const struct work_target *target);

/*
 * Runs `units` of the work in a region with one worker, as region_run() does; again, up to three
 * times, if the region's process dies.
 */
int work_run_sequentially(const struct work *work, uint64_t units, const struct work_target *target,
	struct region_result *result, struct error *error);
