/*
 * Pairs: the rows of real interpreters, and those of the models that stand for their locks.
 *
 * What both sides of a pair run is the countdown: the interpreter its own, the model ours, at the
 * interpreter's pace.
 */
#pragma once

#include "experiment.h"

/* The only kernel that interpreters run too, by its name in a spec. */
extern const char pairs_kernel[];

/* True if `spec` is that kernel as it is, without a pace of its own. */
bool pairs_want(const struct spec *spec);

/*
 * How long a sequential region has to be for a lock with this quantum, so that it spans
 * enough of them: 0 if the run's --time is long enough, or the user has given one.
 */
int64_t pairs_region_ns(const struct options *options, int64_t quantum_ns);

/* How many samples of regions of that length fit into the time that those of other rows take. */
int pairs_samples(const struct options *options, int64_t region_ns);

/* The interpreter's work. NULL with `error`: out of memory. */
struct work *pairs_real_work(struct plan *plan, const struct spec *kernel,
	struct interpreter *interpreter, int64_t region_ns, struct error *error);

/* Our kernel at the pace of that work. NULL with `error`: out of memory. */
struct work *pairs_paced_work(
	struct plan *plan, const struct spec *kernel, struct work *real, struct error *error);
