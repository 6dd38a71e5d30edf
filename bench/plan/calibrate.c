/*
 * See calibrate.h. The number of units is multiplied until a sequential region takes a tenth of the
 * wanted length, and scaled to the whole. Short regions overestimate the time per unit, because of
 * cold caches; so a few regions of the whole length are timed, and their median is the result.
 */
#include "calibrate.h"

#include "region.h"

#include <stdlib.h>

enum { PROBES = 3 };

/*
 * Each step is a process of its own, which for a short region costs more than the region, so the
 * steps are large. They stay below 10, so that the last one takes less than the wanted length.
 */
enum { GROWTH = 8 };

static int run(const struct work *work, uint64_t units, const struct work_target *target,
	int64_t *taken_ns, struct error *error)
{
	struct region_result region;
	int result = work_run_sequentially(work, units, target, &region, error);
	*taken_ns = result ? 0 : region.wall_ns;
	return result;
}

uint64_t calibrate_scale(uint64_t units, int64_t taken_ns, int64_t wanted_ns)
{
	return (uint64_t)((double)units * (double)wanted_ns / (double)taken_ns) + 1;
}

static int compare_ns(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left;
	int64_t b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

/* The median time of a few regions. */
static int probe(const struct work *work, uint64_t units, const struct work_target *target,
	int64_t *median_ns, struct error *error)
{
	int64_t walls_ns[PROBES];
	for (int i = 0; i < PROBES; i++) {
		int result = run(work, units, target, &walls_ns[i], error);
		if (result) {
			return result;
		}
	}
	qsort(walls_ns, PROBES, sizeof(walls_ns[0]), compare_ns);
	*median_ns = walls_ns[PROBES / 2];
	return 0;
}

/* For an interpreter, so many that its start-up does not count for much. */
static uint64_t first_units(const struct work *work)
{
	return work->interpreter ? 100000 : 2;
}

/* The median time of a turn in regions of `units`. */
static int find_pace(
	struct work *work, uint64_t units, const struct work_target *target, struct error *error)
{
	int64_t taken_ns;
	int result = probe(work, units, target, &taken_ns, error);
	if (!result) {
		work->load.turn_s = (double)taken_ns / 1e9 / (double)units;
	}
	return result;
}

int calibrate_pace(struct work *work, const struct work_target *target, struct error *error)
{
	return find_pace(work, work->load.units, target, error);
}

int calibrate(struct work *work, const struct work_target *target, struct error *error)
{
	int64_t wanted_ns = work_region_ns(work, target);
	/* A region longer than the run's tells no more. */
	int64_t probe_ns = wanted_ns < target->region_ns ? wanted_ns : target->region_ns;
	uint64_t units = first_units(work);
	int64_t taken_ns = 0;
	int result = run(work, units, target, &taken_ns, error);
	while (!result && taken_ns < probe_ns / 10) {
		units *= GROWTH;
		result = run(work, units, target, &taken_ns, error);
	}
	if (result) {
		return result;
	}
	units = calibrate_scale(units, taken_ns, probe_ns);
	result = find_pace(work, units, target, error);
	if (!result) {
		work->load.units = (uint64_t)((double)wanted_ns / 1e9 / work->load.turn_s) + 1;
	}
	return result;
}
