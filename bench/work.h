/*
 * Work: a kernel made ready, with the number of units that every region of a run computes and the
 * checksum that they must give.
 */
#pragma once

#include "kernel.h"
#include "placement.h"
#include "signals.h"

struct work {
	const struct kernel *kernel;
	struct spec spec;
	void *data;        /* the kernel's */
	uint64_t units;    /* 0: to be calibrated */
	uint64_t checksum; /* of all units; meaningful once `ready` */
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

/* How long one of its regions may take before it is given up. */
int64_t work_deadline_ns(const struct work_target *target);
