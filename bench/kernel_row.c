/* See kernel_row.h. */
#include "kernel_row.h"

#include "real.h"

#include <errno.h>
#include <stdio.h>

static int check_sum(const struct row *row, struct sample *sample)
{
	if (sample->region.checksum == row->work->checksum) {
		return 0;
	}
	return error_set(&sample->error, -EBADMSG,
		"the checksum is %016llx, not %016llx as in the sequential run",
		(unsigned long long)sample->region.checksum,
		(unsigned long long)row->work->checksum);
}

static int run_model(struct row *row, const struct work_target *target, struct sample *sample)
{
	struct worker_job job = {
		.mode = row->mode,
		.kernel = row->work->kernel,
		.data = row->work->data,
		.lock = &row->lock,
		.placement = target->placement,
		.workers = row->workers,
		.units = row->work->units,
	};
	return region_run(&job, work_deadline_ns(row->work, target), target->signals,
		&sample->region, &sample->error);
}

/* One thread is the interpreter's own: it then runs the work without any other about. */
static const char *way_of(const struct row *row)
{
	if (row->mode->team == TEAM_PROCESSES) {
		return "processes";
	}
	return row->workers == 1 ? "sequential" : "threads";
}

static int run_real(struct row *row, const struct work_target *target, struct sample *sample)
{
	struct real_job job = {
		.interpreter = row->work->interpreter,
		.way = way_of(row),
		.placement = target->placement,
		.workers = row->workers,
		.units = row->work->units,
	};
	return real_run(&job, work_deadline_ns(row->work, target), target->signals, &sample->region,
		&sample->error);
}

int kernel_row_take(struct row *row, const struct work_target *target, struct sample *sample)
{
	bool real = row->mode->real;
	int result = real ? run_real(row, target, sample) : run_model(row, target, sample);
	if (result) {
		return result;
	}
	sample->seconds = (double)sample->region.wall_ns / 1e9;
	if (row->unit == GBENCH_NANOSECOND) {
		sample->seconds /= (double)row->work->units;
	}
	if (real || row->work->pace_of) {
		region_count(&sample->region, "turn_s", row->work->turn_s);
	}
	if (sample->region.bound_elsewhere) {
		snprintf(row->label, sizeof(row->label), "bound by its command");
	}
	return check_sum(row, sample);
}
