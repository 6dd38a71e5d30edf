/* The time left, of plans that are made up, against the time that their samples then take. */
#include "estimate.h"

#include "random.h"
#include "test.h"

#define MS INT64_C(1000000)

/* A row, and how long its samples really take. */
struct made_up {
	const char *experiment;
	size_t wanted; /* in a run */
	int64_t expected_ns;
	int64_t real_ns;
};

enum { ROWS_MAX = 16, SAMPLES_MAX = 1024 };

struct made_up_run {
	struct row rows[ROWS_MAX];
	struct plan plan;
	const struct made_up *made_up;
	int runs;
	int64_t preparation_ns;
	/* The samples of all runs, in the order of measuring. */
	size_t order[SAMPLES_MAX];
	int64_t taken_ns[SAMPLES_MAX];
	size_t all;
};

static void shuffle(size_t *order, size_t count, uint64_t *state)
{
	for (size_t i = count; i > 1; i--) {
		size_t other = random_next(state) % i;
		size_t swapped = order[i - 1];
		order[i - 1] = order[other];
		order[other] = swapped;
	}
}

/* As the schedule does: a row with few samples spreads them over the rounds. */
static void add_run(struct made_up_run *run, size_t rounds, uint64_t *state)
{
	size_t begin = run->all;
	for (size_t round = 0; round < rounds; round++) {
		size_t first = run->all;
		for (size_t i = 0; i < run->plan.count; i++) {
			size_t wanted = run->made_up[i].wanted;
			if (round * wanted / rounds < (round + 1) * wanted / rounds) {
				run->order[run->all++] = i;
			}
		}
		shuffle(&run->order[first], run->all - first, state);
	}
	for (size_t i = begin; i < run->all; i++) {
		/* Up to 10 % more or less than the row usually takes. */
		int64_t real_ns = run->made_up[run->order[i]].real_ns;
		run->taken_ns[i] = real_ns * (int64_t)(900 + random_next(state) % 201) / 1000;
	}
	run->taken_ns[begin] += run->preparation_ns;
}

static void make(struct made_up_run *run, const struct made_up *made_up, size_t count, size_t runs,
	int64_t preparation_ns, uint64_t seed)
{
	uint64_t state = seed;
	size_t rounds = 0;
	*run = (struct made_up_run){
		.plan = { .rows = run->rows, .count = count },
		.made_up = made_up,
		.runs = (int)runs,
		.preparation_ns = preparation_ns,
	};
	for (size_t i = 0; i < count; i++) {
		run->rows[i].experiment = made_up[i].experiment;
		run->rows[i].wanted = runs * made_up[i].wanted;
		run->rows[i].expected_ns = made_up[i].expected_ns;
		rounds = made_up[i].wanted > rounds ? made_up[i].wanted : rounds;
	}
	for (size_t i = 0; i < runs; i++) {
		add_run(run, rounds, &state);
	}
}

/* The estimate is right within `factor` after each sample from number `from` on. */
static void expect_right(const struct made_up_run *run, size_t from, double factor)
{
	struct estimate estimate;
	double left_ns = 0;
	estimate_init(&estimate, &run->plan, run->runs);
	for (size_t i = 0; i < run->all; i++) {
		left_ns += (double)run->taken_ns[i];
	}
	for (size_t i = 0; i < run->all; i++) {
		estimate_note(&estimate, &run->rows[run->order[i]], i + 1, run->taken_ns[i]);
		left_ns -= (double)run->taken_ns[i];
		double told_ns = estimate_left_ns(&estimate);
		if (i + 1 >= from && i + 1 < run->all &&
			(told_ns > factor * left_ns || told_ns < left_ns / factor)) {
			fail_msg("after %zu of %zu samples: %.1f s are left, not %.1f s", i + 1,
				run->all, left_ns / 1e9, told_ns / 1e9);
		}
	}
	assert_true(estimate_left_ns(&estimate) == 0);
	estimate_finish(&estimate);
}

/* Rows as the modes and locks make them differ: of one experiment, then of three others. */
enum { TIMES_ROWS = 8 };

static const struct made_up model_rows[] = {
	{ "times", 12, 400 * MS, 410 * MS },
	{ "times", 12, 400 * MS, 210 * MS },
	{ "times", 12, 400 * MS, 700 * MS },
	{ "times", 12, 400 * MS, 420 * MS },
	{ "times", 12, 400 * MS, 1000 * MS },
	{ "times", 12, 400 * MS, 215 * MS },
	{ "times", 3, 2200 * MS, 2300 * MS },
	{ "times", 12, 400 * MS, 410 * MS },
	{ "convoy", 3, 2000 * MS, 2500 * MS },
	{ "convoy", 3, 2000 * MS, 2600 * MS },
	{ "convoy", 3, 2000 * MS, 2500 * MS },
	{ "bandwidth", 3, 2000 * MS, 2100 * MS },
	{ "bandwidth", 3, 2000 * MS, 2100 * MS },
	{ "primitives", 12, 400 * MS, 10 * MS },
	{ "primitives", 12, 400 * MS, 10 * MS },
	{ "primitives", 12, 400 * MS, 35 * MS },
};

/* Real interpreters: they start slowly, and one of them is much slower than planned. */
static const struct made_up real_rows[] = {
	{ "times", 5, 400 * MS, 900 * MS },
	{ "times", 5, 400 * MS, 950 * MS },
	{ "times", 5, 400 * MS, 4000 * MS },
	{ "convoy", 20, 500 * MS, 1000 * MS },
	{ "convoy", 20, 500 * MS, 900 * MS },
};

#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

/* Whatever the order, the estimate is right within a factor of 1.5 from sample number `from` on. */
static void expect_right_in_any_order(const struct made_up *made_up, size_t count, size_t runs,
	int64_t preparation_ns, size_t from)
{
	enum { SEEDS = 50 };
	static struct made_up_run run;
	for (uint64_t seed = 1; seed <= SEEDS; seed++) {
		make(&run, made_up, count, runs, preparation_ns, seed);
		expect_right(&run, from, 1.5);
	}
}

/* Fewer samples than that show little of the others. */
enum { FIRST = 8 };

static void test_one_experiment(void **unused)
{
	(void)unused;
	expect_right_in_any_order(model_rows, TIMES_ROWS, 1, 0, FIRST);
	expect_right_in_any_order(model_rows, TIMES_ROWS, 5, 2500 * MS, FIRST);
}

static void test_mixed_experiments(void **unused)
{
	(void)unused;
	expect_right_in_any_order(model_rows, COUNT(model_rows), 1, 0, FIRST);
	expect_right_in_any_order(model_rows, COUNT(model_rows), 5, 2500 * MS, FIRST);
}

/* No row takes what was expected, so each has to be known once. */
static void test_expectations_that_are_wrong(void **unused)
{
	(void)unused;
	expect_right_in_any_order(real_rows, COUNT(real_rows), 3, 6000 * MS, 25);
}

/* A calibration of 20 s says nothing about the samples that follow, and comes again in each run. */
static void test_preparations(void **unused)
{
	static const struct made_up one[] = { { "times", 1, 400 * MS, 400 * MS } };
	(void)unused;
	expect_right_in_any_order(model_rows, TIMES_ROWS, 1, 20000 * MS, FIRST);
	expect_right_in_any_order(one, COUNT(one), 4, 2000 * MS, 1);
}

static void time_nothing(struct gbench_state *state, void *user)
{
	(void)state;
	(void)user;
}

static void test_planned(void **unused)
{
	static struct made_up_run run;
	struct estimate estimate;
	(void)unused;
	make(&run, real_rows, COUNT(real_rows), 3, 0, 1);
	run.rows[3].in_process = time_nothing;
	estimate_init(&estimate, &run.plan, run.runs);
	/* In each run 15 samples of 0.4 s and 20 of 0.5 s; Google Benchmark times the other row. */
	assert_true(estimate_planned_ns(&estimate) == 3 * (15 * 0.4 + 20 * 0.5) * 1e9);
	estimate_finish(&estimate);
}

static void test_row_that_timed_out(void **unused)
{
	static const struct made_up rows[] = {
		{ "times", 12, 400 * MS, 20000 * MS },
		{ "times", 12, 400 * MS, 400 * MS },
	};
	static struct made_up_run run;
	struct estimate estimate;
	(void)unused;
	make(&run, rows, COUNT(rows), 1, 0, 1);
	estimate_init(&estimate, &run.plan, run.runs);
	estimate_note(&estimate, &run.rows[1], 1, 400 * MS);
	estimate_note(&estimate, &run.rows[1], 2, 400 * MS);
	estimate_note(&estimate, &run.rows[0], 3, 20000 * MS);
	run.rows[0].timed_out = true;
	assert_true(estimate_left_ns(&estimate) == 10 * 0.4e9);
	estimate_finish(&estimate);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_experiment),
		cmocka_unit_test(test_mixed_experiments),
		cmocka_unit_test(test_expectations_that_are_wrong),
		cmocka_unit_test(test_preparations),
		cmocka_unit_test(test_planned),
		cmocka_unit_test(test_row_that_timed_out),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
