/*
 * See calibrate.h. The number of units is multiplied until a sequential region takes a tenth of the
 * wanted length, and scaled to the whole. Short regions overestimate the time per unit, because of
 * cold caches; so a few regions of the whole length are timed, and their median is the result.
 *
 * A kernel that follows an interpreter is timed against it in pairs of regions. What slows down the
 * machine for a while slows down both of a pair, so their ratio is known more exactly than either
 * of the times.
 */
#include "calibrate.h"

#include "median.h"
#include "region.h"

enum { PROBES = 3, PAIRS = 7 };

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

/* For an interpreter, so many that its start-up does not count for much. */
static uint64_t first_units(const struct work *work)
{
	return work->interpreter ? 100000 : 2;
}

/* The median time of a turn in a few regions of `units`. */
static int find_pace(
	struct work *work, uint64_t units, const struct work_target *target, struct error *error)
{
	double turns_s[PROBES];
	for (size_t i = 0; i < PROBES; i++) {
		int64_t taken_ns;
		int result = run(work, units, target, &taken_ns, error);
		if (result) {
			return result;
		}
		turns_s[i] = (double)taken_ns / 1e9 / (double)units;
	}
	work->load.turn_s = median_of(turns_s, PROBES);
	return 0;
}

/* Times a region of each, as much work in both; the order alternates. */
static int time_pair(struct work *model, struct work *leader, bool model_first,
	const struct work_target *target, double *model_s, double *leader_s, struct error *error)
{
	struct work *first = model_first ? model : leader;
	struct work *second = model_first ? leader : model;
	uint64_t units = leader->load.units;
	int64_t first_ns;
	int64_t second_ns = 0;
	int result = run(first, units, target, &first_ns, error);
	result = result ? result : run(second, units, target, &second_ns, error);
	*model_s = (double)(model_first ? first_ns : second_ns) / 1e9 / (double)units;
	*leader_s = (double)(model_first ? second_ns : first_ns) / 1e9 / (double)units;
	return result;
}

int calibrate_pair(struct work *model, struct work *leader, const struct work_target *target,
	struct error *error)
{
	double leader_s[PAIRS];
	double ratios[PAIRS];
	for (size_t i = 0; i < PAIRS; i++) {
		double model_s;
		int result =
			time_pair(model, leader, i % 2 == 1, target, &model_s, &leader_s[i], error);
		if (result) {
			return result;
		}
		ratios[i] = leader_s[i] / model_s;
	}
	leader->load.turn_s = median_of(leader_s, PAIRS);
	model->load.kernel->scale_pace(model->load.data, median_of(ratios, PAIRS));
	return 0;
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
