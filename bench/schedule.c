/* See schedule.h. */
#include "schedule.h"

#include "clock.h"
#include "random.h"

#include <errno.h>
#include <stdlib.h>

static void shuffle(size_t *order, size_t count, uint64_t *state)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = random_next(state) % i;
		size_t swapped = order[i - 1];
		order[i - 1] = order[other];
		order[other] = swapped;
	}
}

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

/* A row that did not end in time would not the next time either: a deadline is long enough once. */
static int check_hope(const struct row *row, struct sample *sample)
{
	return row->hopeless ? error_set(&sample->error, -ETIMEDOUT,
				       "not tried again after one that did not end in time")
			     : 0;
}

static int measure(const struct schedule *schedule, struct row *row, struct sample *sample)
{
	if (check_hope(row, sample)) {
		return -ETIMEDOUT;
	}
	const struct work_target *target = &schedule->target;
	int result = row->work->ready ? 0 : work_prepare(row->work, target, &sample->error);
	if (result) {
		return result;
	}
	struct worker_job job = {
		.mode = row->mode,
		.kernel = row->work->kernel,
		.data = row->work->data,
		.lock = &row->lock,
		.placement = target->placement,
		.workers = row->workers,
		.units = row->work->units,
	};
	result = region_run(
		&job, work_deadline_ns(target), target->signals, &sample->region, &sample->error);
	return result ? result : check_sum(row, sample);
}

/* A run under way. */
struct progress {
	size_t done;
	size_t all;
	int64_t began_ns;
};

static int take_sample(const struct schedule *schedule, struct row *row, size_t round,
	struct progress *progress, struct error *error)
{
	struct sample *sample = &row->samples[round];
	sample->order = progress->done;
	sample->start_s = (double)(clock_now_ns() - progress->began_ns) / 1e9;
	int result = measure(schedule, row, sample);
	sample->measured = !result;
	row->hopeless = result == -ETIMEDOUT;
	if (result == -EINTR) {
		return error_set(error, result, "%s", sample->error.text);
	}
	progress->done++;
	if (schedule->progress) {
		schedule->progress(schedule->context, row, progress->done, progress->all);
	}
	return 0;
}

static int run_round(const struct schedule *schedule, const size_t *order, size_t round,
	struct progress *progress, struct error *error)
{
	struct plan *plan = schedule->plan;
	for (size_t i = 0; i < plan->count; i++) {
		struct row *row = &plan->rows[order[i]];
		if (row->in_process || round >= row->wanted) {
			continue;
		}
		int result = take_sample(schedule, row, round, progress, error);
		if (result) {
			return result;
		}
	}
	return 0;
}

/* Calibrates before anything is measured, so that no sample's time has that in it. */
static int prepare_works(const struct schedule *schedule, struct error *error)
{
	for (size_t i = 0; i < schedule->plan->count; i++) {
		struct row *row = &schedule->plan->rows[i];
		if (row->wanted && row->work && !row->work->ready) {
			/* Another failure comes back at the row's first sample, which reports it. */
			int result = work_prepare(row->work, &schedule->target, error);
			if (result == -EINTR) {
				return result;
			}
		}
	}
	return 0;
}

static void mark_missing(struct plan *plan, const struct error *reason)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct row *row = &plan->rows[i];
		for (size_t round = 0; round < row->wanted; round++) {
			struct sample *sample = &row->samples[round];
			if (!sample->measured && !sample->error.text[0]) {
				sample->error = *reason;
			}
		}
	}
}

int schedule_run(const struct schedule *schedule, struct error *error)
{
	struct plan *plan = schedule->plan;
	uint64_t state = schedule->seed;
	size_t *order = calloc(plan->count + 1, sizeof(*order));
	if (!order) {
		return error_set(error, -ENOMEM, "out of memory for the schedule");
	}
	for (size_t i = 0; i < plan->count; i++) {
		order[i] = i;
	}
	int result = prepare_works(schedule, error);
	struct progress progress = { 0, plan_wanted(plan), clock_now_ns() };
	for (int round = 0; !result && round < plan->samples; round++) {
		shuffle(order, plan->count, &state);
		result = run_round(schedule, order, (size_t)round, &progress, error);
	}
	if (result) {
		mark_missing(plan, error);
	}
	free(order);
	return result;
}
