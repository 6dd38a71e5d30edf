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

/* Do not retry a row that has timed out once: each attempt would take the whole deadline. */
static int check_timed_out(const struct row *row, struct sample *sample)
{
	return row->timed_out
		       ? error_set(&sample->error, -ETIMEDOUT,
				 "not measured, because an earlier sample did not end in time")
		       : 0;
}

static int measure(const struct schedule *schedule, struct row *row, struct sample *sample)
{
	if (check_timed_out(row, sample)) {
		return -ETIMEDOUT;
	}
	const struct work_target *target = &schedule->target;
	int result = row->work->ready ? 0 : work_prepare(row->work, target, &sample->error);
	return result ? result : row->take(row, target, sample);
}

/* A run under way. */
struct progress {
	size_t done;
	size_t all;
	int64_t began_ns;
};

static int take_sample(const struct schedule *schedule, struct row *row, size_t number,
	struct progress *progress, struct error *error)
{
	struct sample *sample = &row->samples[number];
	sample->order = progress->done;
	sample->start_s = (double)(clock_now_ns() - progress->began_ns) / 1e9;
	int result = measure(schedule, row, sample);
	sample->measured = !result;
	row->timed_out = result == -ETIMEDOUT;
	if (result == -EINTR) {
		return error_set(error, result, "%s", sample->error.text);
	}
	progress->done++;
	if (schedule->progress) {
		schedule->progress(schedule->context, row, progress->done, progress->all);
	}
	return 0;
}

/*
 * True if the row takes a sample in this round, which then is its number `number`. A row with fewer
 * samples than there are rounds spreads them evenly.
 */
static bool due(const struct row *row, size_t round, size_t rounds, size_t *number)
{
	size_t wanted = row->in_process ? 0 : row->wanted;
	*number = round * wanted / rounds;
	return *number < (round + 1) * wanted / rounds;
}

static int run_round(const struct schedule *schedule, const size_t *order, size_t round,
	size_t rounds, struct progress *progress, struct error *error)
{
	struct plan *plan = schedule->plan;
	for (size_t i = 0; i < plan->count; i++) {
		struct row *row = &plan->rows[order[i]];
		size_t number;
		if (!due(row, round, rounds, &number)) {
			continue;
		}
		int result = take_sample(schedule, row, number, progress, error);
		if (result) {
			return result;
		}
	}
	return 0;
}

/* Calibrates all works before anything is measured, so that samples follow each other closely. */
static int prepare_works(const struct schedule *schedule, struct error *error)
{
	for (size_t i = 0; i < schedule->plan->count; i++) {
		struct row *row = &schedule->plan->rows[i];
		if (row->wanted && row->work && !row->work->ready) {
			/* Another failure is returned again, and reported, at the first sample. */
			int result = work_prepare(row->work, &schedule->target, error);
			if (result == -EINTR) {
				return result;
			}
		}
	}
	return 0;
}

/* The number of samples of the row that has most. */
static size_t count_rounds(const struct plan *plan)
{
	size_t rounds = 0;
	for (size_t i = 0; i < plan->count; i++) {
		const struct row *row = &plan->rows[i];
		rounds = !row->in_process && row->wanted > rounds ? row->wanted : rounds;
	}
	return rounds;
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
	size_t rounds = count_rounds(plan);
	for (size_t round = 0; !result && round < rounds; round++) {
		shuffle(order, plan->count, &state);
		result = run_round(schedule, order, round, rounds, &progress, error);
	}
	if (result) {
		mark_missing(plan, error);
	}
	free(order);
	return result;
}
