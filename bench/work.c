/*
 * See work.h. Calibration doubles the units until a sequential region takes long enough to tell
 * about how many are needed. Regions of that length then tell it better, since short ones have more
 * of cold caches in them; the median of a few, since a single one may be off.
 */
#include "work.h"

#include "child.h"
#include "mode.h"
#include "modes/modes.h"
#include "real.h"
#include "region.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

enum { PROBES = 3 };

/* Long enough for any memory that a machine has. */
static const int64_t fill_deadline_ns = 600 * INT64_C(1000000000);

bool work_same(const struct work *left, const struct work *right)
{
	return strcmp(left->spec.text, right->spec.text) == 0 &&
	       left->interpreter == right->interpreter && left->pace_of == right->pace_of &&
	       left->region_ns == right->region_ns; /* `calibrated` follows from the others */
}

/* How long its sequential regions are to be. */
static int64_t region_ns(const struct work *work, const struct work_target *target)
{
	if (work->pace_of) {
		return region_ns(work->pace_of, target);
	}
	return work->region_ns ? work->region_ns : target->region_ns;
}

/*
 * Locks can slow a kernel down a lot: the plain mutex, or one that goes strictly by turns, by some
 * tens of times where every checkpoint becomes a system call or a switch.
 */
int64_t work_deadline_ns(const struct work *work, const struct work_target *target)
{
	return 20 * INT64_C(1000000000) + 100 * region_ns(work, target);
}

static int run_sequentially(const struct work *work, uint64_t units,
	const struct work_target *target, struct region_result *result, struct error *error)
{
	int64_t deadline_ns = work_deadline_ns(work, target);
	if (work->interpreter) {
		struct real_job job = {
			.interpreter = work->interpreter,
			.way = "sequential",
			.placement = target->placement,
			.workers = 1,
			.units = units,
		};
		return real_run(&job, deadline_ns, target->signals, result, error);
	}
	struct worker_job job = {
		.mode = &mode_sequential,
		.kernel = work->kernel,
		.data = work->data,
		.placement = target->placement,
		.workers = 1,
		.units = units,
	};
	return region_run(&job, deadline_ns, target->signals, result, error);
}

static int compare_ns(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left;
	int64_t b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

/* The number of units that takes `wanted_ns`, if `units` take `taken_ns`. */
static uint64_t scale(uint64_t units, int64_t taken_ns, int64_t wanted_ns)
{
	return (uint64_t)((double)units * (double)wanted_ns / (double)taken_ns) + 1;
}

/* How long `units` take: the median of a few regions. */
static int probe(const struct work *work, uint64_t units, const struct work_target *target,
	int64_t *median_ns, struct error *error)
{
	int64_t walls[PROBES];
	for (int i = 0; i < PROBES; i++) {
		struct region_result region;
		int result = run_sequentially(work, units, target, &region, error);
		if (result) {
			return result;
		}
		walls[i] = region.wall_ns;
	}
	qsort(walls, PROBES, sizeof(walls[0]), compare_ns);
	*median_ns = walls[PROBES / 2];
	return 0;
}

/*
 * The smallest number of units to begin with. To start an interpreter takes much longer than this
 * many turns of any.
 */
static uint64_t first_units(const struct work *work)
{
	return work->interpreter ? 100000 : 2;
}

static int calibrate(struct work *work, const struct work_target *target, struct error *error)
{
	uint64_t units = first_units(work);
	int64_t taken_ns = 0;
	int64_t telling_ns = target->region_ns / 10;
	for (;;) {
		struct region_result region;
		int result = run_sequentially(work, units, target, &region, error);
		if (result) {
			return result;
		}
		taken_ns = region.wall_ns;
		if (taken_ns >= telling_ns) {
			break;
		}
		units *= 2;
	}
	units = scale(units, taken_ns, target->region_ns);
	int result = probe(work, units, target, &taken_ns, error);
	if (!result) {
		work->turn_s = (double)taken_ns / 1e9 / (double)units;
		work->units = scale(units, taken_ns, region_ns(work, target));
	}
	return result;
}

static int fill_main(void *context)
{
	const struct work *work = context;
	work->kernel->fill(work->data);
	return EXIT_SUCCESS;
}

static int fill(struct work *work, const struct work_target *target, struct error *error)
{
	struct child child = { fill_main, work, fill_deadline_ns, target->signals };
	int status;
	int result = child_run(&child, &status, error);
	if (!result && status != EXIT_SUCCESS) {
		char words[128];
		team_describe_status(words, sizeof(words), status);
		result = error_set(error, -ENOMEM,
			"the process that fills the memory of '%s' %s (is there less than it "
			"needs?)",
			work->spec.text, words);
	}
	return result;
}

static int make_data(struct work *work, const struct work_target *target, struct error *error)
{
	if (!work->kernel->create || work->data) {
		return 0;
	}
	work->data = work->kernel->create(&work->spec, placement_cache_bytes(target->placement));
	if (!work->data) {
		return error_system(
			error, -errno, "could not make the kernel '%s'", work->spec.text);
	}
	int result = work->kernel->fill ? fill(work, target, error) : 0;
	if (result) {
		work_finish(work);
	}
	return result;
}

/* Finds the checksum by computing it; what an interpreter returns is how many turns it counted. */
static int find_checksum(struct work *work, const struct work_target *target, struct error *error)
{
	struct region_result region = { 0 };
	if (work->interpreter) {
		work->checksum = work->units;
		return 0;
	}
	int result = run_sequentially(work, work->units, target, &region, error);
	if (!result) {
		work->checksum = region.checksum;
	}
	return result;
}

/* As many units as the other work has, each as long as there. */
static int follow_pace(struct work *work, const struct work_target *target, struct error *error)
{
	struct work *leader = work->pace_of;
	int result = leader->ready ? 0 : work_prepare(leader, target, error);
	if (result) {
		return result;
	}
	result = work->kernel->set_pace(work->data, leader->turn_s);
	if (result) {
		return error_system(error, result,
			"'%s' could not be brought to %.3g ns per turn, the pace of %s",
			work->spec.text, leader->turn_s * 1e9,
			interpreter_name(leader->interpreter));
	}
	/* The same kernel, so that it has to count what the interpreter has counted. */
	work->units = leader->units;
	work->checksum = leader->checksum;
	work->turn_s = leader->turn_s;
	return 0;
}

/* As many units as fill its regions, if the other work has found out how many fill its own. */
static int scale_up(struct work *work, const struct work_target *target, struct error *error)
{
	struct work *other = work->calibrated;
	int result = other->ready ? 0 : work_prepare(other, target, error);
	if (!result) {
		work->units =
			scale(other->units, region_ns(other, target), region_ns(work, target));
		work->turn_s = other->turn_s;
	}
	return result;
}

static int make_ready(struct work *work, const struct work_target *target, struct error *error)
{
	int result = work->interpreter ? 0 : make_data(work, target, error);
	if (!result && work->pace_of) {
		return follow_pace(work, target, error);
	}
	if (!result && work->calibrated) {
		result = scale_up(work, target, error);
	} else if (!result && !work->units) {
		result = calibrate(work, target, error);
	}
	return result ? result : find_checksum(work, target, error);
}

int work_prepare(struct work *work, const struct work_target *target, struct error *error)
{
	/* What failed once is not tried again for each sample. */
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

void work_finish(struct work *work)
{
	if (work->data) {
		work->kernel->destroy(work->data);
		work->data = NULL;
	}
}
