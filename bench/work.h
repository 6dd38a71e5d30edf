/*
 * Work: a kernel made ready, with the number of units that every region of a run computes and the
 * checksum that they must give.
 *
 * The kernel may be computed by a real interpreter. A lock model is compared with that one's lock
 * by another work: our kernel, at the pace of the interpreter. So it is that the models take
 * nothing from a real runtime but how long a turn of the loop takes there.
 */
#pragma once

#include "interpreter.h"
#include "kernel.h"
#include "placement.h"
#include "signals.h"

struct work {
	/* What it is; two of the same are one (work_same()). */
	const struct kernel *kernel;
	struct spec spec;
	struct interpreter *interpreter; /* not NULL: the kernel as this one runs it */
	struct work *pace_of;            /* not NULL: at its pace, and as many units as it has */
	struct work *calibrated;         /* not NULL: the same work, but for its length, to scale */
	int64_t region_ns; /* its regions are to be so long; 0: as long as the run's */

	void *data;        /* the kernel's */
	uint64_t units;    /* 0: to be calibrated */
	uint64_t checksum; /* of all units; meaningful once `ready` */
	double turn_s;     /* how long a unit takes sequentially; 0 until calibrated */
	bool ready;
	struct error error; /* why it cannot be made ready; empty until that was tried */
};

/* Sequential regions of this many nanoseconds, with this placement. */
struct work_target {
	int64_t region_ns;
	const struct placement *placement;
	const struct signals *signals;
};

/*
 * Makes the kernel's data, finds the number of units unless it is given, and runs them once
 * sequentially for the checksum. 0, or a negative errno value with `error` as region_run() has it.
 */
int work_prepare(struct work *work, const struct work_target *target, struct error *error);

/* Frees the kernel's data, if there is any. */
void work_finish(struct work *work);

/* True if both are the same kernel, run in the same place, at the same pace, for as long. */
bool work_same(const struct work *left, const struct work *right);

/* How long one of its regions may take before it is given up. */
int64_t work_deadline_ns(const struct work *work, const struct work_target *target);
