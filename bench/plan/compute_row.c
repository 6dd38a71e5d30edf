/* See compute_row.h. */
#include "compute_row.h"

#include "runtime_region.h"

#include <errno.h>

static int check_sum(const struct row *row, struct sample *sample)
{
	const struct workload *load = &row->work->load;
	if (sample->region.checksum == load->checksum) {
		return 0;
	}
	return error_set(&sample->error, -EBADMSG,
		"the checksum is %016llx; that of the sequential run is %016llx",
		(unsigned long long)sample->region.checksum, (unsigned long long)load->checksum);
}

static int run_model(const struct row *row, const struct limits *limits, struct sample *sample)
{
	struct worker_job job = {
		.team = row->team,
		.locks = row->locks,
		.lock = &row->lock,
		.load = &row->work->load,
		.placement = row->placement,
		.workers = row->workers,
	};
	return region_run(&job, limits, &sample->region, &sample->error);
}

/* With one thread, the interpreter's main thread runs the work, and it has no other thread. */
static const char *way_of(const struct row *row)
{
	if (row->team == TEAM_PROCESSES) {
		return "processes";
	}
	return row->workers == 1 ? "sequential" : "threads";
}

static int run_real(const struct row *row, const struct limits *limits, struct sample *sample)
{
	struct runtime_region_job job = {
		.interpreter = row->work->interpreter,
		.way = way_of(row),
		.placement = row->placement,
		.workers = row->workers,
		.units = row->work->load.units,
	};
	return runtime_region_run(&job, limits, &sample->region, &sample->error);
}

static int fill_sample(const struct row *row, struct sample *sample)
{
	sample->seconds = (double)sample->region.wall_ns / 1e9;
	if (row->unit == GBENCH_NANOSECOND) {
		sample->seconds /= (double)row->work->load.units;
	}
	bool paced = row->work->interpreter || row->work->source == WORK_PACED;
	if (paced && counters_add(&sample->counters, "turn_s", row->work->load.turn_s)) {
		return error_set(&sample->error, -ENOMEM, "out of memory for a counter");
	}
	return check_sum(row, sample);
}

int compute_row_take(const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct limits limits = { work_deadline_ns(row->work, target), target->signals };
	int result = row->work->interpreter ? run_real(row, &limits, sample)
					    : run_model(row, &limits, sample);
	return result ? result : fill_sample(row, sample);
}
