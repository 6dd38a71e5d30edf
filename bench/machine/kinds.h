/*
 * The kinds of core among those that the process may use, such as the big and the small ones of a
 * hybrid processor. Private to this layer.
 *
 * hwloc makes a kind of its own of each maximum frequency. But cores of one design differ in it,
 * too: by the favoured cores of a turbo mode, or where the firmware expresses a ranking of equal
 * cores as frequencies, of which each may be 3 % above the last. So hwloc's kinds count as one if
 * they have the same core type (where hwloc knows it, as in "IntelAtom" and "IntelCore"), and no
 * gap of 10 % or more separates their speeds. Cores of different designs lie much further apart,
 * the big ones a quarter or more above the small ones. hwloc, too, takes maximum frequencies within
 * 10 % as equal, but only of cores with a known and equal base frequency (HWLOC_CPUKINDS_MAXFREQ).
 */
#pragma once

#include "topology.h"

struct kinds {
	int count; /* at least 1 */
	int *rank; /* by hwloc's number of the kind: the higher the faster, -1 if unknown */
	int known; /* how many numbers hwloc has */
};

/* Returns 0, or a negative errno value with `error`. `kinds` has to be zeroed. */
int kinds_init(struct kinds *kinds, const struct topology *topology, struct error *error);
void kinds_finish(struct kinds *kinds);

/* The rank of the kind of the PUs in `cpuset`: equal for one kind, the higher the faster. */
int kinds_rank(
	const struct kinds *kinds, const struct topology *topology, hwloc_const_bitmap_t cpuset);
