/*
 * See work.h. Calibration doubles the units until a sequential region takes long enough to tell the
 * speed, then measures that a few times more and takes the median, since a single one may be off.
 */
#include "work.h"

#include "mode.h"
#include "modes/modes.h"
#include "region.h"

#include <errno.h>
#include <stdlib.h>

enum { PROBES = 3 };

/* A region shorter than this says little about speed. */
static const int64_t telling_ns = 20000000;

/*
 * Locks can slow a kernel down a lot: the plain mutex by some hundred times where every checkpoint
 * becomes a system call.
 */
int64_t work_deadline_ns(const struct work_target *target)
{
	return 60 * INT64_C(1000000000) + 300 * target->region_ns;
}

static int run_sequentially(const struct work *work, uint64_t units,
	const struct work_target *target, struct region_result *result, struct error *error)
{
	struct worker_job job = {
		.mode = &mode_sequential,
		.kernel = work->kernel,
		.data = work->data,
		.placement = target->placement,
		.workers = 1,
		.units = units,
	};
	return region_run(&job, work_deadline_ns(target), target->signals, result, error);
}

static int compare_ns(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left;
	int64_t b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

static int calibrate(struct work *work, const struct work_target *target, struct error *error)
{
	struct region_result region;
	uint64_t units = 1;
	int result;
	int64_t wanted_ns = target->region_ns < telling_ns ? target->region_ns : telling_ns;
	do {
		units *= 2;
		result = run_sequentially(work, units, target, &region, error);
	} while (!result && region.wall_ns < wanted_ns);

	int64_t walls[PROBES];
	for (int i = 0; !result && i < PROBES; i++) {
		result = run_sequentially(work, units, target, &region, error);
		walls[i] = region.wall_ns;
	}
	if (!result) {
		qsort(walls, PROBES, sizeof(walls[0]), compare_ns);
		int64_t median = walls[PROBES / 2];
		double per_unit = (double)median / (double)units;
		work->units = (uint64_t)((double)target->region_ns / per_unit) + 1;
	}
	return result;
}

int work_prepare(struct work *work, const struct work_target *target, struct error *error)
{
	struct region_result region;
	if (work->kernel->create && !work->data) {
		int64_t cache_bytes = placement_cache_bytes(target->placement);
		work->data = work->kernel->create(&work->spec, cache_bytes);
		if (!work->data) {
			return error_system(
				error, -errno, "could not make the kernel '%s'", work->spec.text);
		}
	}
	int result = work->units ? 0 : calibrate(work, target, error);
	if (!result) {
		result = run_sequentially(work, work->units, target, &region, error);
	}
	if (!result) {
		work->checksum = region.checksum;
		work->ready = true;
	}
	return result;
}

void work_finish(struct work *work)
{
	if (work->data) {
		work->kernel->destroy(work->data);
		work->data = NULL;
	}
}
