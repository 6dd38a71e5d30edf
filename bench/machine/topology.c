/* See topology.h. */
#include "topology.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What makes hwloc describe another machine than this one. */
static const char *const variables[] = { "HWLOC_XMLFILE", "HWLOC_SYNTHETIC", "HWLOC_FSROOT",
	"HWLOC_CPUID_PATH", "HWLOC_COMPONENTS", "HWLOC_THISSYSTEM" };

/* Lists those of them that are set, as in "HWLOC_XMLFILE, HWLOC_THISSYSTEM". */
static void list_variables(char *text, size_t size)
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++) {
		if (getenv(variables[i]) && used < size) {
			used += (size_t)snprintf(
				text + used, size - used, "%s%s", used ? ", " : "", variables[i]);
		}
	}
}

static int refuse_foreign(struct error *error)
{
	char names[128];
	list_variables(names, sizeof(names));
	return error_set(error, -EINVAL,
		"hwloc describes another machine, on which nothing can be bound (set in the "
		"environment: %s); unset this, or set HWLOC_THISSYSTEM=1 if it is this machine",
		names[0] ? names : "nothing");
}

static int load(struct topology *topology, bool foreign, struct error *error)
{
	if (hwloc_topology_init(&topology->hwloc)) {
		return error_system(error, -ENOMEM, "hwloc");
	}
	if (hwloc_topology_load(topology->hwloc)) {
		int code = errno ? -errno : -EIO;
		return error_system(error, code,
			"hwloc could not read this machine's topology (try `lstopo`; HWLOC_* "
			"variables in the environment may mislead it)");
	}
	if (!foreign && !hwloc_topology_is_thissystem(topology->hwloc)) {
		return refuse_foreign(error);
	}
	return 0;
}

static int find_allowed(struct topology *topology, struct error *error)
{
	topology->allowed = hwloc_bitmap_alloc();
	if (!topology->allowed) {
		return error_set(error, -ENOMEM, "hwloc: out of memory");
	}
	/* Where the system cannot tell a process's binding, it cannot restrict it either. */
	if (hwloc_get_cpubind(topology->hwloc, topology->allowed, HWLOC_CPUBIND_THREAD)) {
		hwloc_bitmap_fill(topology->allowed);
	}
	hwloc_bitmap_and(topology->allowed, topology->allowed,
		hwloc_topology_get_allowed_cpuset(topology->hwloc));
	if (topology_count(topology, HWLOC_OBJ_PU) == 0) {
		return error_set(error, -ENODEV,
			"hwloc finds no processor that this process is allowed to use");
	}
	return 0;
}

int topology_init(struct topology *topology, bool foreign, struct error *error)
{
	int result = load(topology, foreign, error);
	return result ? result : find_allowed(topology, error);
}

void topology_finish(struct topology *topology)
{
	if (topology->hwloc) {
		hwloc_topology_destroy(topology->hwloc);
	}
	hwloc_bitmap_free(topology->allowed);
}

bool topology_allows(const struct topology *topology, hwloc_obj_t object)
{
	return hwloc_bitmap_intersects(object->cpuset, topology->allowed);
}

int topology_first_pu(const struct topology *topology, hwloc_obj_t object)
{
	int pu = -1;
	do {
		pu = hwloc_bitmap_next(object->cpuset, pu);
	} while (pu >= 0 && !hwloc_bitmap_isset(topology->allowed, (unsigned)pu));
	return pu;
}

int topology_count(const struct topology *topology, hwloc_obj_type_t type)
{
	int count = 0;
	/* A negative number stands for a type that hwloc cannot count. */
	int objects = hwloc_get_nbobjs_by_type(topology->hwloc, type);
	for (int i = 0; i < objects; i++) {
		count += topology_allows(
			topology, hwloc_get_obj_by_type(topology->hwloc, type, (unsigned)i));
	}
	return count;
}
