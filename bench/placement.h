/*
 * Placement: which processing unit (PU, a hardware thread) each worker is bound to, by hwloc.
 *
 * Places are taken only from the allowed set: what hwloc finds permitted (cpuset, container) and
 * the process's own affinity (taskset) leave over.
 */
#pragma once

#include "error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum placement_policy {
	PLACEMENT_CORE, /* one worker per core: best kind first, if known, package by package */
	PLACEMENT_PU,   /* one worker per hardware thread, neighbours first */
	PLACEMENT_SAME, /* all workers on the first place */
	PLACEMENT_NONE, /* unbound */
};

enum { PLACEMENT_ANYWHERE = -1 };

struct placement;

/* Their names, in the order of the enumeration, for spec_parse() and --help. */
const struct spec_form *placement_form(size_t index);

/* Returns it, for placement_destroy(), or NULL with `error`. */
struct placement *placement_create(enum placement_policy policy, struct error *error);
void placement_destroy(struct placement *placement);

/* How many cores and PUs there are in the allowed set; both at least 1. */
int placement_cores(const struct placement *placement);
int placement_pus(const struct placement *placement);

/*
 * How many distinct places the workers are spread over before they begin to share: 1 for "same",
 * the cores for "core", and the PUs for "pu" and, since the system may use them all, for "none".
 */
int placement_places(const struct placement *placement);

/* What hwloc calls the model of the (first) processor, or NULL if it does not know. */
const char *placement_cpu_model(const struct placement *placement);

/* The size in bytes of the last-level cache, 0 if unknown. */
int64_t placement_cache_bytes(const struct placement *placement);

/* The PU of worker number `worker` (from 0), in the system's numbering; or PLACEMENT_ANYWHERE. */
int placement_pu(const struct placement *placement, int worker);

/* Binds the calling thread to the place of worker `worker`. 0, or a negative errno with `error`. */
int placement_bind(const struct placement *placement, int worker, struct error *error);

/*
 * Binds thread `task` of another process to the place of worker `worker`, unless it is bound to
 * other places already: then -EPERM. 0, or another negative errno value with `error`.
 */
int placement_bind_task(
	const struct placement *placement, pid_t task, int worker, struct error *error);

/*
 * Checks that the calling thread, which was bound as worker `worker`, is where it should be; `when`
 * goes into the message. 0, or -EXDEV with `error`.
 */
int placement_verify(
	const struct placement *placement, int worker, const char *when, struct error *error);

/*
 * Writes the pin map of `workers` workers, as in "pu 0,1,0,1", or "unbound". Three or more in a row
 * make a range, as in "pu 0-63,0-63"; a map that does not fit ends, after a whole entry, in ",...".
 */
void placement_describe(const struct placement *placement, int workers, char *text, size_t size);

/* Writes what the machine looks like, as in "packages 1, cores 2, PUs 2, kinds of core 1". */
void placement_describe_machine(const struct placement *placement, char *text, size_t size);
