/* See grid_work.h. */
#include "grid_work.h"

/*
 * Regions longer than the run's are scaled from a calibration at the run's length, so that an
 * interpreter is calibrated once for all its rows.
 */
static struct work *real_work(struct plan *plan, const struct work *load, int64_t region_ns,
	const struct request *request, struct error *error)
{
	struct work wanted = *load;
	bool longer = region_ns > (int64_t)(request->time_s * 1e9);
	wanted.region_ns = longer ? 0 : region_ns;
	struct work *calibrated = plan_work(plan, &wanted, error);
	if (!longer || !calibrated) {
		return calibrated;
	}
	wanted.source = WORK_SCALED;
	wanted.reference = calibrated;
	wanted.region_ns = region_ns;
	return plan_work(plan, &wanted, error);
}

struct work *grid_work(struct plan *plan, const struct request *request,
	const struct grid_point *point, int64_t region_ns, struct error *error)
{
	struct work wanted = {
		.load = { .kernel = kernel_at(point->kernel->index), .spec = *point->kernel },
		.region_ns = region_ns,
	};
	if (!point->interpreter) {
		return plan_work(plan, &wanted, error);
	}
	struct work real = wanted;
	real.interpreter = point->interpreter;
	struct work *leader = real_work(plan, &real, region_ns, request, error);
	if (!leader || point->mode->real) {
		return leader;
	}
	wanted.region_ns = 0;
	wanted.source = WORK_PACED;
	wanted.reference = leader;
	return plan_work(plan, &wanted, error);
}
