/* See work.h. */
#include "work.h"

#include "calibrate.h"
#include "runtime_region.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Time to fill the memory of a kernel; enough for all the memory that a machine has. */
static const int64_t fill_deadline_ns = 600 * INT64_C(1000000000);

bool work_same(const struct work *left, const struct work *right)
{
	return strcmp(left->load.spec.text, right->load.spec.text) == 0 &&
	       left->interpreter == right->interpreter && left->source == right->source &&
	       left->reference == right->reference && left->region_ns == right->region_ns;
}

int64_t work_region_ns(const struct work *work, const struct work_target *target)
{
	if (work->source == WORK_PACED) {
		return work_region_ns(work->reference, target);
	}
	return work->region_ns ? work->region_ns : target->region_ns;
}

/*
 * A lock can slow a kernel down by a factor of tens: the plain mutex, or a lock that serves threads
 * strictly in turn, where every checkpoint becomes a system call or a switch.
 */
int64_t work_deadline_ns(const struct work *work, const struct work_target *target)
{
	return 20 * INT64_C(1000000000) + 100 * work_region_ns(work, target);
}

static int run_once(const struct work *work, uint64_t units, const struct work_target *target,
	struct region_result *result, struct error *error)
{
	const struct limits limits = { work_deadline_ns(work, target), target->signals };
	if (work->interpreter) {
		struct runtime_region_job job = {
			.interpreter = work->interpreter,
			.way = "sequential",
			.placement = target->placement,
			.workers = 1,
			.units = units,
		};
		return runtime_region_run(&job, &limits, result, error);
	}
	struct workload load = work->load;
	struct spec lock;
	load.units = units;
	struct worker_job job = {
		.team = TEAM_THREADS,
		.locks = WORKER_BARE,
		.load = &load,
		.placement = target->placement,
		.workers = 1,
	};
	/* The pace of an interpreter includes its checkpoints. */
	if (work->source == WORK_PACED) {
		int failed = spec_parse(&lock, "lock model", lockmodel_form, "none", error);
		if (failed) {
			return failed;
		}
		job.locks = WORKER_ONE_LOCK;
		job.lock = &lock;
	}
	return region_run(&job, &limits, result, error);
}

/*
 * All samples of the work depend on this region. So if its process died, as when the system killed
 * it for want of memory, it is tried again; a deadline or a signal is final.
 */
int work_run_sequentially(const struct work *work, uint64_t units, const struct work_target *target,
	struct region_result *result, struct error *error)
{
	enum { TRIES = 3 };
	int failed = -ECHILD;
	for (int i = 0; i < TRIES && failed == -ECHILD; i++) {
		failed = run_once(work, units, target, result, error);
	}
	return failed;
}

/* --- data ------------------------------------------------------------------------------------ */

static int fill_main(void *context)
{
	const struct work *work = context;
	work->load.kernel->fill(work->load.data);
	return EXIT_SUCCESS;
}

/* In a child: if there is too little memory, the system kills that and not gilbench. */
static int fill(struct work *work, const struct work_target *target, struct error *error)
{
	const struct limits limits = { fill_deadline_ns, target->signals };
	const struct child child = { .main = fill_main, .context = work, .limits = &limits };
	int status;
	int result = child_run(&child, &status, error);
	if (!result && status != EXIT_SUCCESS) {
		char words[128];
		child_describe_status(words, sizeof(words), status);
		result = error_set(error, -ENOMEM,
			"the process that fills the memory of kernel '%s' %s (does the machine "
			"have that much memory?)",
			work->load.spec.text, words);
	}
	return result;
}

static int create_data(struct work *work, const struct work_target *target, struct error *error)
{
	const struct kernel *kernel = work->load.kernel;
	if (!kernel->create || work->load.data) {
		return 0;
	}
	work->load.data =
		kernel->create(&work->load.spec, placement_cache_bytes(target->placement));
	if (!work->load.data) {
		return error_system(error, -errno, "could not create the data of kernel '%s'",
			work->load.spec.text);
	}
	int result = kernel->fill ? fill(work, target, error) : 0;
	if (result) {
		work_finish(work);
	}
	return result;
}

/* --- units and checksum ---------------------------------------------------------------------- */

/* An interpreter returns the number of turns that it has counted. */
static int find_checksum(struct work *work, const struct work_target *target, struct error *error)
{
	struct region_result region = { 0 };
	if (work->interpreter) {
		work->load.checksum = work->load.units;
		return 0;
	}
	int result = work_run_sequentially(work, work->load.units, target, &region, error);
	if (!result) {
		work->load.checksum = region.checksum;
	}
	return result;
}

static int prepare(struct work *work, const struct work_target *target, struct error *error)
{
	return work->ready ? 0 : work_prepare(work, target, error);
}

/* The work whose regions have the run's length: longer ones would not tell the pace any better. */
static struct work *pacemaker(const struct work *work)
{
	struct work *leader = work->reference;
	return leader->source == WORK_SCALED ? leader->reference : leader;
}

static int set_pace(struct work *work, double turn_s, struct error *error)
{
	int result = work->load.kernel->set_pace(work->load.data, turn_s);
	return result ? error_system(error, result,
				"kernel '%s' could not be set to %.3g ns per turn, the pace of %s",
				work->load.spec.text, turn_s * 1e9,
				interpreter_name(work->reference->interpreter))
		      : 0;
}

/* The pace of an interpreter differs from run to run, so this is done in each of them. */
static int follow_pace(struct work *work, const struct work_target *target, struct error *error)
{
	struct workload *leader = &work->reference->load;
	struct work *paced_by = pacemaker(work);
	int result = prepare(work->reference, target, error);
	result = result ? result : prepare(paced_by, target, error);
	result = result ? result : set_pace(work, paced_by->load.turn_s, error);
	result = result ? result : calibrate_pair(work, paced_by, target, error);
	if (result) {
		return result;
	}
	/* It is the same kernel, so it counts as many turns as the interpreter. */
	leader->turn_s = paced_by->load.turn_s;
	work->load.units = leader->units;
	work->load.checksum = leader->checksum;
	work->load.turn_s = leader->turn_s;
	return 0;
}

static int scale(struct work *work, const struct work_target *target, struct error *error)
{
	const struct work *other = work->reference;
	int result = prepare(work->reference, target, error);
	if (!result) {
		work->load.units = calibrate_scale(other->load.units, work_region_ns(other, target),
			work_region_ns(work, target));
		work->load.turn_s = other->load.turn_s;
	}
	return result;
}

static int make_ready(struct work *work, const struct work_target *target, struct error *error)
{
	int result = work->interpreter ? 0 : create_data(work, target, error);
	if (result) {
		return result;
	}
	if (work->adopted && work->source != WORK_PACED) {
		return 0;
	}
	switch (work->source) {
	case WORK_PACED:
		return follow_pace(work, target, error);
	case WORK_SCALED:
		result = scale(work, target, error);
		break;
	case WORK_CALIBRATED:
		result = calibrate(work, target, error);
		break;
	case WORK_FIXED:
		break;
	}
	return result ? result : find_checksum(work, target, error);
}

int work_prepare(struct work *work, const struct work_target *target, struct error *error)
{
	/* Do not repeat for each sample what has failed once. */
	if (work->error.text[0]) {
		return error_set(error, -ECANCELED, "%s", work->error.text);
	}
	int result = make_ready(work, target, error);
	work->ready = !result;
	if (result && result != -EINTR) {
		work->error = *error;
	}
	return result;
}

void work_adopt(struct work *work, const struct workload *found, const struct error *error)
{
	work->adopted = true;
	work->load.units = found->units;
	work->load.checksum = found->checksum;
	work->load.turn_s = found->turn_s;
	work->error = *error;
}

void work_finish(struct work *work)
{
	if (work->load.data) {
		work->load.kernel->destroy(work->load.data);
		work->load.data = NULL;
	}
}
