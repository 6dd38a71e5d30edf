/* See precision.h. */
#include "precision.h"

#include "compute_row.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Quantiles of Student's t at 1 - 0.05/6, with runs - 1 degrees of freedom. */
static const struct {
	int runs;
	double t;
} looks[] = { { 5, 3.9608 }, { 8, 3.1276 }, { PRECISION_RUNS_MAX, 2.8200 } };

static bool has_score(const struct row *row)
{
	bool own = row->wanted > 0 && row->take == compute_row_take && !row->work->interpreter &&
		   row->work->source != WORK_PACED && row->locks == WORKER_ONE_LOCK;
	return own && (row->workers == 2 || row->workers == 4) &&
	       (strcmp(row->lock.text, "cpython2") == 0 || strcmp(row->lock.text, "cpython3") == 0);
}

bool precision_has_score(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (has_score(&plan->rows[i])) {
			return true;
		}
	}
	return false;
}

static int compare(const void *left, const void *right)
{
	double a = *(const double *)left;
	double b = *(const double *)right;
	return (a > b) - (a < b);
}

/* The logarithm of the median time per unit of a run; NaN if no sample is good. */
static double value_of(const struct row *row, int run)
{
	size_t count = 0;
	double *seconds = calloc(row->wanted, sizeof(*seconds));
	for (size_t i = 0; seconds && i < row->wanted; i++) {
		if (row->samples[i].measured && row->samples[i].run == run) {
			seconds[count++] = row->samples[i].seconds;
		}
	}
	double median = NAN;
	if (count > 0) {
		qsort(seconds, count, sizeof(*seconds), compare);
		median = (seconds[(count - 1) / 2] + seconds[count / 2]) / 2;
	}
	free(seconds);
	return log(median / (double)row->work->load.units);
}

static double score_of(const struct plan *plan, int run)
{
	double sum = 0;
	int rows = 0;
	for (size_t i = 0; i < plan->count; i++) {
		if (has_score(&plan->rows[i])) {
			sum += value_of(&plan->rows[i], run);
			rows++;
		}
	}
	return sum / rows;
}

/* The standard error of the mean of the scores. */
static double error_of(const struct plan *plan, int runs)
{
	double scores[PRECISION_RUNS_MAX];
	double mean = 0;
	double squares = 0;
	for (int i = 0; i < runs; i++) {
		scores[i] = score_of(plan, i + 1);
		mean += scores[i] / runs;
	}
	for (int i = 0; i < runs; i++) {
		squares += (scores[i] - mean) * (scores[i] - mean);
	}
	return sqrt(squares / (runs - 1) / runs);
}

double precision_of(const struct plan *plan, int runs)
{
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		if (looks[i].runs == runs) {
			double reach = expm1(looks[i].t * error_of(plan, runs));
			return isnan(reach) ? INFINITY : reach;
		}
	}
	return INFINITY;
}
