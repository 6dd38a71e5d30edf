/*
 * See placement.h. The only file that knows hwloc.
 *
 * The list of places is made once: all cores (or PUs) of the allowed set, sorted by the efficiency
 * of their kind, and where that is the same or unknown, in hwloc's logical order, which goes
 * package by package. Worker number w then has place number w modulo the length of the list.
 */
#include "placement.h"

#include "spec.h"

#include <errno.h>
#include <hwloc.h>
#include <hwloc/linux.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct place {
	int pu;
	int efficiency; /* of its kind; the higher the faster, -1 if unknown */
	int number;     /* in hwloc's logical order */
};

struct placement {
	enum placement_policy policy;
	hwloc_topology_t topology;
	hwloc_bitmap_t allowed;
	struct place *places;
	int count;
	int cores;
	int pus;
};

static const struct spec_form policies[] = {
	[PLACEMENT_CORE] = { "core", "one worker per core, best kind first", NULL, { { 0 } } },
	[PLACEMENT_PU] = { "pu", "one worker per hardware thread, in order", NULL, { { 0 } } },
	[PLACEMENT_SAME] = { "same", "all workers on one hardware thread", NULL, { { 0 } } },
	[PLACEMENT_NONE] = { "none", "workers unbound", NULL, { { 0 } } },
};

const struct spec_form *placement_form(size_t index)
{
	return index < sizeof(policies) / sizeof(policies[0]) ? &policies[index] : NULL;
}

static int load_topology(struct placement *placement, struct error *error)
{
	if (hwloc_topology_init(&placement->topology)) {
		return error_system(error, -ENOMEM, "hwloc");
	}
	if (hwloc_topology_load(placement->topology)) {
		int code = errno ? -errno : -EIO;
		return error_system(error, code,
			"hwloc could not read this machine's topology (try `lstopo`; HWLOC_* "
			"variables in the environment may mislead it)");
	}
	return 0;
}

static int find_allowed(struct placement *placement, struct error *error)
{
	placement->allowed = hwloc_bitmap_alloc();
	if (!placement->allowed) {
		return error_set(error, -ENOMEM, "hwloc: out of memory");
	}
	/* Where the system cannot say what a process is bound to, nothing restricts it. */
	if (hwloc_get_cpubind(placement->topology, placement->allowed, HWLOC_CPUBIND_THREAD)) {
		hwloc_bitmap_fill(placement->allowed);
	}
	hwloc_bitmap_and(placement->allowed, placement->allowed,
		hwloc_topology_get_allowed_cpuset(placement->topology));
	if (hwloc_bitmap_iszero(placement->allowed)) {
		return error_set(error, -ENODEV,
			"hwloc finds no processor that this process is allowed to use");
	}
	return 0;
}

/* How many objects of a type there are; hwloc has a negative number for types it cannot count. */
static int total_objects(const struct placement *placement, hwloc_obj_type_t type)
{
	int objects = hwloc_get_nbobjs_by_type(placement->topology, type);
	return objects > 0 ? objects : 0;
}

/* Cores, or PUs where the topology has no cores (some virtual machines). */
static hwloc_obj_type_t object_type(const struct placement *placement, enum placement_policy policy)
{
	bool cores = total_objects(placement, HWLOC_OBJ_CORE) > 0;
	return cores && policy != PLACEMENT_PU ? HWLOC_OBJ_CORE : HWLOC_OBJ_PU;
}

/* The first allowed PU of an object, or -1. */
static int first_pu(const struct placement *placement, hwloc_obj_t object)
{
	hwloc_bitmap_t usable = hwloc_bitmap_dup(object->cpuset);
	if (!usable) {
		return -1;
	}
	hwloc_bitmap_and(usable, usable, placement->allowed);
	int pu = hwloc_bitmap_first(usable);
	hwloc_bitmap_free(usable);
	return pu;
}

/* Not simply the number of the kind, which says nothing where the efficiencies are unknown. */
static int find_efficiency(const struct placement *placement, hwloc_obj_t object)
{
	int efficiency = -1;
	int kind = hwloc_cpukinds_get_by_cpuset(placement->topology, object->cpuset, 0);
	if (kind < 0 || hwloc_cpukinds_get_info(placement->topology, (unsigned)kind, NULL,
				&efficiency, NULL, NULL, 0)) {
		return -1;
	}
	return efficiency;
}

static int compare_places(const void *left, const void *right)
{
	const struct place *a = left;
	const struct place *b = right;
	return a->efficiency != b->efficiency ? b->efficiency - a->efficiency
					      : a->number - b->number;
}

static int list_places(struct placement *placement, struct error *error)
{
	hwloc_topology_t topology = placement->topology;
	hwloc_obj_type_t type = object_type(placement, placement->policy);
	int objects = total_objects(placement, type);

	placement->places = calloc((size_t)objects + 1, sizeof(*placement->places));
	if (!placement->places) {
		return error_set(error, -ENOMEM, "out of memory for %d places", objects);
	}
	for (int i = 0; i < objects; i++) {
		hwloc_obj_t object = hwloc_get_obj_by_type(topology, type, (unsigned)i);
		int pu = first_pu(placement, object);
		if (pu >= 0) {
			placement->places[placement->count++] =
				(struct place){ pu, find_efficiency(placement, object), i };
		}
	}
	qsort(placement->places, (size_t)placement->count, sizeof(*placement->places),
		compare_places);
	return 0;
}

/* The objects of a type that have an allowed PU. */
static int count_objects(const struct placement *placement, hwloc_obj_type_t type)
{
	int count = 0;
	int objects = total_objects(placement, type);
	for (int i = 0; i < objects; i++) {
		hwloc_obj_t object = hwloc_get_obj_by_type(placement->topology, type, (unsigned)i);
		count += first_pu(placement, object) >= 0;
	}
	return count;
}

struct placement *placement_create(enum placement_policy policy, struct error *error)
{
	struct placement *placement = calloc(1, sizeof(*placement));
	if (!placement) {
		error_set(error, -ENOMEM, "out of memory for the placement");
		return NULL;
	}
	placement->policy = policy;
	if (load_topology(placement, error) || find_allowed(placement, error) ||
		list_places(placement, error)) {
		placement_destroy(placement);
		return NULL;
	}
	placement->cores = count_objects(placement, object_type(placement, PLACEMENT_CORE));
	placement->pus = count_objects(placement, HWLOC_OBJ_PU);
	return placement;
}

void placement_destroy(struct placement *placement)
{
	if (!placement) {
		return;
	}
	if (placement->topology) {
		hwloc_topology_destroy(placement->topology);
	}
	hwloc_bitmap_free(placement->allowed);
	free(placement->places);
	free(placement);
}

int placement_cores(const struct placement *placement)
{
	return placement->cores;
}

int placement_pus(const struct placement *placement)
{
	return placement->pus;
}

int placement_places(const struct placement *placement)
{
	switch (placement->policy) {
	case PLACEMENT_SAME:
		return 1;
	case PLACEMENT_CORE:
		return placement->cores;
	default:
		return placement->pus;
	}
}

const char *placement_cpu_model(const struct placement *placement)
{
	hwloc_obj_t package = hwloc_get_obj_by_type(placement->topology, HWLOC_OBJ_PACKAGE, 0);
	/* Where hwloc finds no packages, the machine has what is known of them. */
	return hwloc_obj_get_info_by_name(
		package ? package : hwloc_get_root_obj(placement->topology), "CPUModel");
}

int64_t placement_cache_bytes(const struct placement *placement)
{
	static const hwloc_obj_type_t levels[] = { HWLOC_OBJ_L5CACHE, HWLOC_OBJ_L4CACHE,
		HWLOC_OBJ_L3CACHE, HWLOC_OBJ_L2CACHE };
	for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
		hwloc_obj_t cache = hwloc_get_obj_by_type(placement->topology, levels[i], 0);
		if (cache) {
			return (int64_t)cache->attr->cache.size;
		}
	}
	return 0;
}

int placement_pu(const struct placement *placement, int worker)
{
	switch (placement->policy) {
	case PLACEMENT_NONE:
		return PLACEMENT_ANYWHERE;
	case PLACEMENT_SAME:
		return placement->places[0].pu;
	default:
		return placement->places[worker % placement->count].pu;
	}
}

/* A set of one PU, for hwloc_bitmap_free(); NULL, with `error`: out of memory. */
static hwloc_bitmap_t only(int pu, struct error *error)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	if (!set) {
		error_set(error, -ENOMEM, "hwloc: out of memory");
		return NULL;
	}
	hwloc_bitmap_only(set, (unsigned)pu);
	return set;
}

static int say_unbound(int worker, int pu, int code, struct error *error)
{
	return error_system(error, code,
		"worker %d could not be bound to PU %d (was it taken out of the allowed set?)",
		worker, pu);
}

int placement_bind(const struct placement *placement, int worker, struct error *error)
{
	int pu = placement_pu(placement, worker);
	hwloc_bitmap_t set = pu == PLACEMENT_ANYWHERE ? NULL : only(pu, error);
	if (!set) {
		return pu == PLACEMENT_ANYWHERE ? 0 : -ENOMEM;
	}
	int failed = hwloc_set_cpubind(placement->topology, set, HWLOC_CPUBIND_THREAD);
	int code = -errno;
	hwloc_bitmap_free(set);
	return failed ? say_unbound(worker, pu, code, error) : 0;
}

/* Whether the task may run on the PU; one that has ended may not. */
static bool may_run_on(const struct placement *placement, pid_t task, int pu)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	bool may = set && hwloc_linux_get_tid_cpubind(placement->topology, task, set) == 0 &&
		   hwloc_bitmap_isset(set, (unsigned)pu);
	hwloc_bitmap_free(set);
	return may;
}

int placement_bind_task(
	const struct placement *placement, pid_t task, int worker, struct error *error)
{
	int pu = placement_pu(placement, worker);
	if (pu == PLACEMENT_ANYWHERE) {
		return 0;
	}
	if (!may_run_on(placement, task, pu)) {
		return error_set(error, -EPERM, "worker %d may not run on PU %d", worker, pu);
	}
	hwloc_bitmap_t set = only(pu, error);
	if (!set) {
		return -ENOMEM;
	}
	int failed = hwloc_linux_set_tid_cpubind(placement->topology, task, set);
	int code = -errno;
	hwloc_bitmap_free(set);
	return failed ? say_unbound(worker, pu, code, error) : 0;
}

int placement_verify(
	const struct placement *placement, int worker, const char *when, struct error *error)
{
	int pu = placement_pu(placement, worker);
	int here = sched_getcpu();
	if (pu == PLACEMENT_ANYWHERE || pu == here) {
		return 0;
	}
	return error_set(error, -EXDEV,
		"worker %d was bound to PU %d but ran on PU %d at the %s (was PU %d taken out of "
		"the "
		"allowed set?)",
		worker, pu, here, when, pu);
}

/* How many workers from `first` on make one entry of the pin map: a run of PUs, or one worker. */
static int count_entry(const struct placement *placement, int first, int workers)
{
	enum { SHORTEST_RUN = 3 };
	int count = 1;
	int pu = placement_pu(placement, first);
	while (first + count < workers && placement_pu(placement, first + count) == pu + count) {
		count++;
	}
	return count < SHORTEST_RUN ? 1 : count;
}

/* Writes an entry of `count` workers from `first` on. Returns its length. */
static size_t print_entry(
	const struct placement *placement, int first, int count, char *text, size_t size)
{
	const char *comma = first ? "," : "";
	int pu = placement_pu(placement, first);
	if (count > 1) {
		return (size_t)snprintf(text, size, "%s%d-%d", comma, pu, pu + count - 1);
	}
	return (size_t)snprintf(text, size, "%s%d", comma, pu);
}

void placement_describe(const struct placement *placement, int workers, char *text, size_t size)
{
	static const char more[] = ",...";
	char entry[64];
	if (placement->policy == PLACEMENT_NONE) {
		snprintf(text, size, "unbound");
		return;
	}
	size_t start = (size_t)snprintf(text, size, "pu ");
	size_t used = start;
	size_t cut = start; /* after the last entry that has room for `more` behind it */
	for (int i = 0, count; i < workers && used < size; i += count) {
		count = count_entry(placement, i, workers);
		size_t length = print_entry(placement, i, count, entry, sizeof(entry));
		if (used + length >= size) {
			snprintf(text + cut, size - cut, "%s", cut == start ? more + 1 : more);
			return;
		}
		memcpy(text + used, entry, length + 1);
		used += length;
		cut = used + strlen(more) < size ? used : cut;
	}
}

void placement_describe_machine(const struct placement *placement, char *text, size_t size)
{
	int packages = count_objects(placement, HWLOC_OBJ_PACKAGE);
	int kinds = hwloc_cpukinds_get_nr(placement->topology, 0);
	snprintf(text, size, "packages %d, cores %d, PUs %d, kinds of core %d", packages,
		placement->cores, placement->pus, kinds > 0 ? kinds : 1);
}
