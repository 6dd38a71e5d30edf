/*
 * A workload: a kernel with its data, and the number of its units that each region computes.
 */
#pragma once

#include "kernel.h"

struct workload {
	const struct kernel *kernel;
	struct spec spec;  /* of the kernel */
	void *data;        /* of the kernel; NULL if it has none, or an interpreter runs it */
	uint64_t units;    /* total over all workers */
	uint64_t checksum; /* expected sum over all units */
	double turn_s;     /* seconds per unit in one thread; 0 until calibrated */
};
