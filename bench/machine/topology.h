/*
 * The machine's topology as hwloc finds it, and which part of it this process may use. Private to
 * this layer: only the files that include this header know hwloc.
 */
#pragma once

#include "error.h"

#include <hwloc.h>
#include <stdbool.h>

struct topology {
	hwloc_topology_t hwloc;
	hwloc_bitmap_t allowed; /* PUs in the system's numbering */
};

/*
 * Loads the topology. One that does not describe this system, as the environment can make hwloc
 * load, is refused unless `foreign`. Returns 0, or a negative errno value with `error`; to be
 * finished in any case. `topology` has to be zeroed.
 */
int topology_init(struct topology *topology, bool foreign, struct error *error);
void topology_finish(struct topology *topology);

/* The topology that a placement uses. Provided by placement.c. */
struct placement;
const struct topology *topology_of(const struct placement *placement);

/* Whether the process may use one of the object's PUs. */
bool topology_allows(const struct topology *topology, hwloc_obj_t object);

/* The first PU of an object that the process may use, or -1. */
int topology_first_pu(const struct topology *topology, hwloc_obj_t object);

/* How many objects of a type have a PU that the process may use. */
int topology_count(const struct topology *topology, hwloc_obj_type_t type);
