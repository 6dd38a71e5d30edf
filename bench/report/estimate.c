/* See estimate.h. */
#include "estimate.h"

#include <stdlib.h>
#include <string.h>

struct estimate_row {
	size_t first;       /* index of the first row of the same experiment, which has its sums */
	size_t done;        /* samples taken */
	size_t timed;       /* of these, samples without preparations before them */
	double measured_ns; /* the timed samples */
	/* In the first row of an experiment: the timed samples of all its rows. */
	double experiment_measured_ns;
	double experiment_expected_ns;
};

/* Rows of an experiment mostly stand together, so the row before is tried first. */
static size_t find_first(const struct estimate *estimate, size_t index)
{
	const struct row *rows = estimate->plan->rows;
	if (index > 0 && strcmp(rows[index - 1].experiment, rows[index].experiment) == 0) {
		return estimate->rows[index - 1].first;
	}
	size_t first = 0;
	while (strcmp(rows[first].experiment, rows[index].experiment) != 0) {
		first++;
	}
	return first;
}

/* A row that is timed in this process takes no part in the runs. */
static size_t count_samples(const struct row *row)
{
	return row->in_process ? 0 : row->wanted;
}

void estimate_init(struct estimate *estimate, const struct plan *plan, int runs)
{
	size_t samples = 0;
	*estimate = (struct estimate){
		.plan = plan,
		.rows = calloc(plan->count + 1, sizeof(*estimate->rows)),
		.runs = runs > 1 ? (size_t)runs : 1,
	};
	for (size_t i = 0; estimate->rows && i < plan->count; i++) {
		estimate->rows[i].first = find_first(estimate, i);
		samples += count_samples(&plan->rows[i]);
	}
	estimate->per_run = samples / estimate->runs > 1 ? samples / estimate->runs : 1;
}

/* --- what a sample of a row takes ------------------------------------------------------------ */

/*
 * What a sample that should take `expected_ns` takes, from the ratio of others. One or two samples do
 * not yet show that ratio, so as many more count as if they had taken `usual_ns`.
 */
static double scaled_ns(
	double expected_ns, double usual_ns, double others_measured_ns, double others_expected_ns)
{
	enum { USUAL_SAMPLES = 2 };
	double measured_ns = others_measured_ns + USUAL_SAMPLES * usual_ns;
	double all_expected_ns = others_expected_ns + USUAL_SAMPLES * expected_ns;
	return expected_ns > 0 ? expected_ns * measured_ns / all_expected_ns : 0;
}

static double sample_ns(const struct estimate *estimate, size_t index)
{
	const struct row *row = &estimate->plan->rows[index];
	const struct estimate_row *known = &estimate->rows[index];
	const struct estimate_row *first = &estimate->rows[known->first];
	if (row->timed_out) {
		return 0; /* its other samples are not tried */
	}
	if (known->timed > 0) {
		return known->measured_ns / (double)known->timed;
	}
	double expected_ns = (double)row->expected_ns;
	double usual_ns =
		scaled_ns(expected_ns, expected_ns, estimate->measured_ns, estimate->expected_ns);
	return scaled_ns(expected_ns, usual_ns, first->experiment_measured_ns,
		first->experiment_expected_ns);
}

void estimate_note(struct estimate *estimate, const struct row *row, size_t done, int64_t taken_ns)
{
	if (!estimate->rows) {
		return;
	}
	size_t index = (size_t)(row - estimate->plan->rows);
	struct estimate_row *noted = &estimate->rows[index];
	struct estimate_row *first = &estimate->rows[noted->first];
	noted->done++;
	if ((done - 1) % estimate->per_run == 0) {
		int64_t prepared_ns = taken_ns - (int64_t)sample_ns(estimate, index);
		estimate->preparation_ns = prepared_ns > 0 ? prepared_ns : 0;
		return;
	}
	noted->timed++;
	noted->measured_ns += (double)taken_ns;
	first->experiment_measured_ns += (double)taken_ns;
	first->experiment_expected_ns += (double)row->expected_ns;
	estimate->measured_ns += (double)taken_ns;
	estimate->expected_ns += (double)row->expected_ns;
}

/* --- the whole ------------------------------------------------------------------------------- */

double estimate_left_ns(const struct estimate *estimate)
{
	size_t done = 0;
	double left_ns = 0;
	for (size_t i = 0; estimate->rows && i < estimate->plan->count; i++) {
		size_t wanted = count_samples(&estimate->plan->rows[i]);
		size_t taken = estimate->rows[i].done;
		done += taken;
		left_ns += taken < wanted ? (double)(wanted - taken) * sample_ns(estimate, i) : 0;
	}
	/* A run has begun when its first sample is done. */
	size_t begun = (done + estimate->per_run - 1) / estimate->per_run;
	size_t to_begin = begun < estimate->runs ? estimate->runs - begun : 0;
	return left_ns + (double)to_begin * (double)estimate->preparation_ns;
}

double estimate_planned_ns(const struct estimate *estimate)
{
	double sum_ns = 0;
	for (size_t i = 0; i < estimate->plan->count; i++) {
		const struct row *row = &estimate->plan->rows[i];
		sum_ns += (double)count_samples(row) * (double)row->expected_ns;
	}
	return sum_ns;
}

void estimate_finish(struct estimate *estimate)
{
	free(estimate->rows);
	estimate->rows = NULL;
}
