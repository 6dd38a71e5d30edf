/*
 * See placement.h. Worker number w is bound to place number w, modulo the number of places. Binding
 * is in binding.c, the pin map in pin_map.c.
 */
#include "placement.h"

#include "kinds.h"
#include "places.h"
#include "spec.h"
#include "topology.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct placement {
	enum placement_policy policy;
	struct topology topology;
	struct kinds kinds;
	struct places cores;
	struct places pus;
};

static const struct spec_form policies[] = {
	[PLACEMENT_CORE] = { "core", "one worker per core, fastest kind first", NULL, { { 0 } } },
	[PLACEMENT_PU] = { "pu", "one worker per hardware thread, in order", NULL, { { 0 } } },
	[PLACEMENT_SAME] = { "same", "all workers on one hardware thread", NULL, { { 0 } } },
	[PLACEMENT_NONE] = { "none", "workers unbound", NULL, { { 0 } } },
};

const struct spec_form *placement_form(size_t index)
{
	return index < sizeof(policies) / sizeof(policies[0]) ? &policies[index] : NULL;
}

static struct placement *create(enum placement_policy policy, bool foreign, struct error *error)
{
	struct placement *placement = calloc(1, sizeof(*placement));
	if (!placement) {
		error_set(error, -ENOMEM, "out of memory for the placement");
		return NULL;
	}
	struct topology *topology = &placement->topology;
	placement->policy = policy;
	if (topology_init(topology, foreign, error) ||
		kinds_init(&placement->kinds, topology, error) ||
		places_init(&placement->cores, topology, &placement->kinds, false, error) ||
		places_init(&placement->pus, topology, &placement->kinds, true, error)) {
		placement_destroy(placement);
		return NULL;
	}
	return placement;
}

struct placement *placement_create(enum placement_policy policy, struct error *error)
{
	return create(policy, false, error);
}

struct placement *placement_create_foreign(enum placement_policy policy, struct error *error)
{
	return create(policy, true, error);
}

void placement_destroy(struct placement *placement)
{
	if (!placement) {
		return;
	}
	places_finish(&placement->pus);
	places_finish(&placement->cores);
	kinds_finish(&placement->kinds);
	topology_finish(&placement->topology);
	free(placement);
}

const struct topology *topology_of(const struct placement *placement)
{
	return &placement->topology;
}

int placement_cores(const struct placement *placement)
{
	return placement->cores.count;
}

int placement_pus(const struct placement *placement)
{
	return placement->pus.count;
}

int placement_allowed_pu(const struct placement *placement, int index)
{
	return placement->pus.list[index].pu;
}

static const struct places *find_places(const struct placement *placement)
{
	bool per_core = placement->policy == PLACEMENT_CORE || placement->policy == PLACEMENT_SAME;
	return per_core ? &placement->cores : &placement->pus;
}

int placement_places(const struct placement *placement)
{
	return placement->policy == PLACEMENT_SAME ? 1 : find_places(placement)->count;
}

int placement_place_pu(const struct placement *placement, int place)
{
	return find_places(placement)->list[place].pu;
}

int placement_pu(const struct placement *placement, int worker)
{
	if (placement->policy == PLACEMENT_NONE) {
		return PLACEMENT_ANYWHERE;
	}
	return placement_place_pu(placement, worker % placement_places(placement));
}

static hwloc_obj_t find_pu(const struct placement *placement, int place)
{
	return hwloc_get_pu_obj_by_os_index(
		placement->topology.hwloc, (unsigned)placement_place_pu(placement, place));
}

const char *placement_cpu_model(const struct placement *placement)
{
	hwloc_topology_t hwloc = placement->topology.hwloc;
	hwloc_obj_t package =
		hwloc_get_ancestor_obj_by_type(hwloc, HWLOC_OBJ_PACKAGE, find_pu(placement, 0));
	/* Where there are no packages, hwloc attaches the model to the machine. */
	return hwloc_obj_get_info_by_name(
		package ? package : hwloc_get_root_obj(hwloc), "CPUModel");
}

/* The size of the outermost data cache above a PU, from the second level on; 0 if unknown. */
static int64_t last_level_bytes(hwloc_obj_t pu)
{
	int64_t bytes = 0;
	for (hwloc_obj_t object = pu->parent; object; object = object->parent) {
		if (hwloc_obj_type_is_dcache(object->type) && object->type != HWLOC_OBJ_L1CACHE) {
			bytes = (int64_t)object->attr->cache.size;
		}
	}
	return bytes;
}

int64_t placement_cache_bytes(const struct placement *placement)
{
	int64_t largest = 0;
	for (int i = 0; i < placement_places(placement); i++) {
		int64_t bytes = last_level_bytes(find_pu(placement, i));
		largest = bytes > largest ? bytes : largest;
	}
	return largest;
}

void placement_describe_machine(const struct placement *placement, char *text, size_t size)
{
	snprintf(text, size, "packages %d, cores %d, PUs %d, kinds of core %d",
		topology_count(&placement->topology, HWLOC_OBJ_PACKAGE), placement->cores.count,
		placement->pus.count, placement->kinds.count);
}

const char *placement_library_version(void)
{
	static const char version[] = HWLOC_VERSION;
	return version;
}
