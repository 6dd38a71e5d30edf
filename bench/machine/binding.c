/* The part of placement.h that binds threads, and checks where they run. */
#include "placement.h"
#include "topology.h"

#include <errno.h>
#include <hwloc/linux.h>
#include <sched.h>

/* Returns a set of one PU, for hwloc_bitmap_free(); NULL, with `error`, if out of memory. */
static hwloc_bitmap_t create_set(int pu, struct error *error)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	if (!set) {
		error_set(error, -ENOMEM, "hwloc: out of memory");
		return NULL;
	}
	hwloc_bitmap_only(set, (unsigned)pu);
	return set;
}

static int report_failure(int worker, int pu, int code, struct error *error)
{
	return error_system(error, code,
		"worker %d could not be bound to PU %d (has it been removed from the allowed set?)",
		worker, pu);
}

int placement_bind(const struct placement *placement, int worker, struct error *error)
{
	int pu = placement_pu(placement, worker);
	hwloc_bitmap_t set = pu == PLACEMENT_ANYWHERE ? NULL : create_set(pu, error);
	if (!set) {
		return pu == PLACEMENT_ANYWHERE ? 0 : -ENOMEM;
	}
	int failed = hwloc_set_cpubind(topology_of(placement)->hwloc, set, HWLOC_CPUBIND_THREAD);
	int code = -errno;
	hwloc_bitmap_free(set);
	return failed ? report_failure(worker, pu, code, error) : 0;
}

/* Whether the task may run on the PU; false, too, if it has ended. */
static bool may_run_on(hwloc_topology_t hwloc, pid_t task, int pu)
{
	hwloc_bitmap_t set = hwloc_bitmap_alloc();
	bool may = set && hwloc_linux_get_tid_cpubind(hwloc, task, set) == 0 &&
		   hwloc_bitmap_isset(set, (unsigned)pu);
	hwloc_bitmap_free(set);
	return may;
}

int placement_bind_task(
	const struct placement *placement, pid_t task, int worker, struct error *error)
{
	hwloc_topology_t hwloc = topology_of(placement)->hwloc;
	int pu = placement_pu(placement, worker);
	if (pu == PLACEMENT_ANYWHERE) {
		return 0;
	}
	if (!may_run_on(hwloc, task, pu)) {
		return error_set(error, -EPERM, "worker %d may not run on PU %d", worker, pu);
	}
	hwloc_bitmap_t set = create_set(pu, error);
	if (!set) {
		return -ENOMEM;
	}
	int failed = hwloc_linux_set_tid_cpubind(hwloc, task, set);
	int code = -errno;
	hwloc_bitmap_free(set);
	return failed ? report_failure(worker, pu, code, error) : 0;
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
		"worker %d was bound to PU %d but ran on PU %d at the %s (has PU %d been removed "
		"from the allowed set?)",
		worker, pu, here, when, pu);
}
