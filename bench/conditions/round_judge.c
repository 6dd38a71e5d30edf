/*
 * See round_judge.h. A sample is compared with the median of its row's samples in the same run, on a
 * logarithmic scale; what a round is off by is the mean over the rows. The limits, and how they were
 * chosen, are in README.md.
 */
#include "round_judge.h"

#include "median.h"
#include "sample_judge.h"

#include <math.h>
#include <stdlib.h>

static const double noted = 0.02;
static const double doubted = 0.1;

/* With fewer rows, or samples of a row in a run, a single sample would decide. */
enum { ROWS_MIN = 4, SAMPLES_MIN = 3 };

/* A round of a run, and how far the samples in it are off, as logarithms. */
struct round_sum {
	double sum;
	int rows;
};

struct rounds {
	int runs;
	int rounds;            /* per run */
	struct round_sum *all; /* those of the first run come first */
	double *values;        /* for one row in one run */
};

static double mean_of(const struct round_sum *round)
{
	return round->rows < ROWS_MIN ? 0 : round->sum / round->rows;
}

static bool counts(const struct sample *sample)
{
	return sample->measured && sample->seconds > 0 && sample->run > 0 && sample->round > 0;
}

/* --- sums ------------------------------------------------------------------------------------ */

static void add_row_of_run(struct rounds *rounds, const struct row *row, int run)
{
	int count = 0;
	for (size_t i = 0; i < row->room; i++) {
		const struct sample *sample = &row->samples[i];
		if (counts(sample) && sample->run == run && count < rounds->rounds) {
			rounds->values[count++] = log(sample->seconds);
		}
	}
	if (count < SAMPLES_MIN) {
		return;
	}
	double middle = median_of(rounds->values, (size_t)count);
	for (size_t i = 0; i < row->room; i++) {
		const struct sample *sample = &row->samples[i];
		if (counts(sample) && sample->run == run) {
			size_t place = (size_t)((run - 1) * rounds->rounds + sample->round - 1);
			rounds->all[place].sum += log(sample->seconds) - middle;
			rounds->all[place].rows++;
		}
	}
}

static void make_room_for(struct rounds *rounds, const struct sample *sample)
{
	if (counts(sample)) {
		rounds->runs = sample->run > rounds->runs ? sample->run : rounds->runs;
		rounds->rounds = sample->round > rounds->rounds ? sample->round : rounds->rounds;
	}
}

static void find_size(struct rounds *rounds, const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct row *row = &plan->rows[i];
		for (size_t k = 0; k < row->room; k++) {
			make_room_for(rounds, &row->samples[k]);
		}
	}
}

static void add_rows(struct rounds *rounds, const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		const struct row *row = &plan->rows[i];
		for (int run = 1; sample_judge_is_free(row) && run <= rounds->runs; run++) {
			add_row_of_run(rounds, row, run);
		}
	}
}

/* --- what was found -------------------------------------------------------------------------- */

static void judge(const struct rounds *rounds, struct findings *findings)
{
	int worst = 0;
	int off = 0;
	int count = rounds->runs * rounds->rounds;
	for (int i = 0; i < count; i++) {
		double mean = fabs(mean_of(&rounds->all[i]));
		off += mean > log1p(noted);
		worst = mean > fabs(mean_of(&rounds->all[worst])) ? i : worst;
	}
	if (off == 0) {
		return;
	}
	double mean = mean_of(&rounds->all[worst]);
	findings_add(findings, fabs(mean) > log1p(doubted) ? SEVERITY_DOUBTFUL : SEVERITY_NOTE,
		"the machine's speed changed: %d of %d rounds took more than %.0f %% longer or "
		"shorter than others of their run (round %d of run %d by %+.0f %%, the mean of %d "
		"rows); end other programs, or measure at another time",
		off, count, 100 * noted, worst % rounds->rounds + 1, worst / rounds->rounds + 1,
		100 * expm1(mean), rounds->all[worst].rows);
}

void round_judge(const struct plan *plan, struct findings *findings)
{
	struct rounds rounds = { 0 };
	find_size(&rounds, plan);
	size_t count = (size_t)rounds.runs * (size_t)rounds.rounds;
	if (count == 0) {
		return;
	}
	rounds.all = calloc(count, sizeof(*rounds.all));
	rounds.values = calloc((size_t)rounds.rounds, sizeof(*rounds.values));
	if (rounds.all && rounds.values) {
		add_rows(&rounds, plan);
		judge(&rounds, findings);
	}
	free(rounds.values);
	free(rounds.all);
}
