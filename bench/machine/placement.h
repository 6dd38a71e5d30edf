/*
 * Placement: which processing unit (PU, a hardware thread) each worker is bound to.
 *
 * Only PUs of the allowed set are used: those that the system (cpuset, container) and the process's
 * own affinity (taskset) permit.
 */
#pragma once

#include "error.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum placement_policy {
	PLACEMENT_CORE, /* one worker per core: the fastest kind first, then package by package */
	PLACEMENT_PU,   /* one worker per PU: the same, and the PUs of a core one after the other */
	PLACEMENT_SAME, /* all workers on the first place */
	PLACEMENT_NONE, /* unbound */
};

enum { PLACEMENT_ANYWHERE = -1 };

struct placement;

/* The policies' names, in the order of the enumeration, for spec_parse() and --help. */
const struct spec_form *placement_form(size_t index);

/*
 * Returns a placement, for placement_destroy(), or NULL with `error`. A topology that is not this
 * machine's, as HWLOC_XMLFILE or HWLOC_SYNTHETIC make hwloc load, is refused.
 */
struct placement *placement_create(enum placement_policy policy, struct error *error);

/*
 * The same with any topology that hwloc describes, to look at the layout of other machines, as
 * tests do. With another machine's, binding does nothing and the process's own affinity is ignored.
 */
struct placement *placement_create_foreign(enum placement_policy policy, struct error *error);

void placement_destroy(struct placement *placement);

/* How many cores and PUs there are in the allowed set; both at least 1. */
int placement_cores(const struct placement *placement);
int placement_pus(const struct placement *placement);

/* The allowed PU number `index`, from 0 to placement_pus(), whatever the policy. */
int placement_allowed_pu(const struct placement *placement, int index);

/*
 * How many distinct places the workers occupy before they begin to share: 1 for "same", the cores
 * for "core", and the PUs for "pu" and, since the system may use them all, for "none".
 */
int placement_places(const struct placement *placement);

/* The PU of a place, from 0 to placement_places(); for "none", the PUs that may be used. */
int placement_place_pu(const struct placement *placement, int place);

/* What hwloc calls the model of the processor of the first place, or NULL if it does not know. */
const char *placement_cpu_model(const struct placement *placement);

/*
 * The size in bytes of the last-level cache; where the places lie under caches of different sizes,
 * the largest, so that data that does not fit into it fits into none. 0 if unknown.
 */
int64_t placement_cache_bytes(const struct placement *placement);

/* The PU of worker number `worker` (from 0), in the system's numbering; or PLACEMENT_ANYWHERE. */
int placement_pu(const struct placement *placement, int worker);

/*
 * Binds the calling thread to the place of worker `worker`. Returns 0, or a negative errno value
 * with `error`.
 */
int placement_bind(const struct placement *placement, int worker, struct error *error);

/*
 * Binds thread `task` of another process to the place of worker `worker`. Returns 0, or a negative
 * errno value with `error`: -EPERM if the thread is already bound to other places, and then left
 * alone.
 */
int placement_bind_task(
	const struct placement *placement, pid_t task, int worker, struct error *error);

/*
 * Checks that the calling thread, which was bound as worker `worker`, runs where it should; `when`
 * goes into the message. Returns 0, or -EXDEV with `error`.
 */
int placement_verify(
	const struct placement *placement, int worker, const char *when, struct error *error);

/*
 * Writes the pin map of `workers` workers, as in "pu 0,1,0,1", or "unbound". Three or more
 * consecutive numbers form a range, as in "pu 0-63,0-63". A map that does not fit is cut after a
 * whole entry, and ends in ",...".
 */
void placement_describe(const struct placement *placement, int workers, char *text, size_t size);

/* Writes a summary of the machine, as in "packages 1, cores 2, PUs 2, kinds of core 1". */
void placement_describe_machine(const struct placement *placement, char *text, size_t size);

/* The version of hwloc, as in "2.9.0". */
const char *placement_library_version(void);
