/*
 * The places that workers can be bound to, in the order in which they are taken. Private to this
 * layer.
 */
#pragma once

#include "kinds.h"
#include "topology.h"

#include <stdbool.h>

struct place {
	int pu;
	int rank;  /* of its kind of core; the higher the faster */
	int order; /* in hwloc's logical order, which goes package by package */
};

struct places {
	struct place *list;
	int count; /* at least 1 */
};

/*
 * Lists one place for each allowed core, its first allowed PU, or else (`per_pu`) one for each
 * allowed PU; the fastest kind of core first. A PU that is not part of a core, as in some virtual
 * machines, counts as a core of its own. Returns 0, or a negative errno value with `error`.
 */
int places_init(struct places *places, const struct topology *topology, const struct kinds *kinds,
	bool per_pu, struct error *error);
void places_finish(struct places *places);
