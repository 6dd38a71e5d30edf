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
	int result = 0;
	if (row->work && !row->work->ready) {
		result = work_prepare(row->work, target, &sample->error);
	}
	return result ? result : row->take(row, target, sample);
}

/* Follows from the seed of the run, the row and the number of the sample. */
static uint64_t seed_of(uint64_t seed, const char *name, size_t number)
{
	for (; *name; name++) {
		seed = random_next(&seed) ^ (unsigned char)*name;
	}
	seed = random_next(&seed) ^ number;
	return random_next(&seed);
}

static int take_sample(const struct schedule *schedule, struct row *row, size_t number,
	size_t *order, struct error *error)
{
	struct sample *sample = &row->samples[number];
	sample->order = *order;
	sample->seed = seed_of(schedule->seed, row->name, number);
	sample->start_ns = clock_now_ns();
	int result = measure(schedule, row, sample);
	sample->measured = !result;
	row->timed_out = result == -ETIMEDOUT;
	if (result == -EINTR) {
		return error_set(error, result, "%s", sample->error.text);
	}
	(*order)++;
	if (schedule->taken) {
		schedule->taken(schedule->context, row, number);
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

/* A round under way, and the order in which the rows take their samples in it. */
struct round {
	size_t number; /* from 0 */
	size_t rounds;
	const size_t *rows;
};

/* `order` counts the samples taken. */
static int run_round(const struct schedule *schedule, const struct round *round, size_t *order,
	struct error *error)
{
	struct plan *plan = schedule->plan;
	for (size_t i = 0; i < plan->count; i++) {
		struct row *row = &plan->rows[round->rows[i]];
		size_t number;
		if (!due(row, round->number, round->rounds, &number)) {
			continue;
		}
		row->samples[number].round = (int)round->number + 1;
		int result = take_sample(schedule, row, number, order, error);
		if (result) {
			return result;
		}
	}
	return 0;
}

/* What was not measured has the reason. */
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

int schedule_prepare(const struct schedule *schedule, struct error *error)
{
	for (size_t i = 0; i < schedule->plan->count; i++) {
		struct row *row = &schedule->plan->rows[i];
		if (row->wanted && row->work && !row->work->ready) {
			int result = work_prepare(row->work, &schedule->target, error);
			if (result == -EINTR) {
				mark_missing(schedule->plan, error);
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

int schedule_run(const struct schedule *schedule, struct error *error)
{
	struct plan *plan = schedule->plan;
	uint64_t state = schedule->seed;
	size_t *rows = calloc(plan->count + 1, sizeof(*rows));
	if (!rows) {
		return error_set(error, -ENOMEM, "out of memory for the schedule");
	}
	for (size_t i = 0; i < plan->count; i++) {
		rows[i] = i;
	}
	int result = 0;
	size_t order = 0;
	size_t rounds = count_rounds(plan);
	for (size_t i = 0; !result && i < rounds; i++) {
		const struct round round = { i, rounds, rows };
		shuffle(rows, plan->count, &state);
		result = run_round(schedule, &round, &order, error);
	}
	if (result) {
		mark_missing(plan, error);
	}
	free(rows);
	return result;
}
