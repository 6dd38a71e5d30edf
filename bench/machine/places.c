/* See places.h. */
#include "places.h"

#include <errno.h>
#include <stdlib.h>

static int compare_places(const void *left, const void *right)
{
	const struct place *a = left;
	const struct place *b = right;
	return a->rank != b->rank ? b->rank - a->rank : a->order - b->order;
}

int places_init(struct places *places, const struct topology *topology, const struct kinds *kinds,
	bool per_pu, struct error *error)
{
	/* There is at least one, as topology_init() has made sure. */
	unsigned pus = (unsigned)hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_PU);
	hwloc_obj_t last = NULL;
	places->count = 0;
	places->list = calloc(pus, sizeof(*places->list));
	if (!places->list) {
		return error_set(error, -ENOMEM, "out of memory for %u places", pus);
	}
	for (unsigned i = 0; i < pus; i++) {
		hwloc_obj_t pu = hwloc_get_obj_by_type(topology->hwloc, HWLOC_OBJ_PU, i);
		hwloc_obj_t core =
			hwloc_get_ancestor_obj_by_type(topology->hwloc, HWLOC_OBJ_CORE, pu);
		hwloc_obj_t object = core && !per_pu ? core : pu;
		/* The PUs of a core follow one another. */
		if (object != last && topology_allows(topology, object)) {
			places->list[places->count++] = (struct place){
				topology_first_pu(topology, object),
				kinds_rank(kinds, topology, object->cpuset),
				(int)i,
			};
		}
		last = object;
	}
	qsort(places->list, (size_t)places->count, sizeof(*places->list), compare_places);
	return 0;
}

void places_finish(struct places *places)
{
	free(places->list);
}
