/* The precision of made-up scores, against values that were computed with scipy.stats.t. */
#include "compute_row.h"
#include "precision.h"
#include "region_suite.h"

#include <math.h>

enum { SAMPLES = 3, RUNS = 12 };

static struct plan plan;
static struct error error;
static struct work work;

static struct row *add_row(const char *lock_text, int workers)
{
	struct spec lock = suite_lock(lock_text);
	const struct row_spec spec = {
		.experiment = "test", .lock = &lock, .counts_workers = true, .workers = workers
	};
	struct row *row = plan_add(&plan, &spec, &error);
	assert_non_null(row);
	row->take = compute_row_take;
	row->work = &work;
	row->locks = WORKER_ONE_LOCK;
	row->wanted = row->room;
	return row;
}

/* Times of e^(0.01 * number), where numbers are 0, 1, 2, 0, 1, ... over the runs; one is far off. */
static void fill(struct row *row, double factor)
{
	for (size_t i = 0; i < row->wanted; i++) {
		struct sample *sample = &row->samples[i];
		sample->measured = true;
		sample->run = (int)(i / SAMPLES) + 1;
		sample->seconds = factor * exp(0.01 * (double)(i / SAMPLES % 3));
		sample->seconds *= i % SAMPLES == 0 ? 100 : 1;
	}
}

static int set_up(void **unused)
{
	plan = (struct plan){ .samples = SAMPLES, .runs = RUNS };
	work = (struct work){ .load = { .units = 1000 } };
	setenv("HWLOC_SYNTHETIC", "core:2 pu:1", 1);
	plan.placement = suite_placement(PLACEMENT_NONE);
	return suite_reset(unused);
}

static int tear_down(void **unused)
{
	struct placement *placement = (struct placement *)plan.placement;
	(void)unused;
	plan_finish(&plan);
	placement_destroy(placement);
	return 0;
}

static void expect(int runs, double percent)
{
	assert_true(fabs(100 * precision_of(&plan, runs) - percent) < 0.001);
}

static void test_precision(void **unused)
{
	(void)unused;
	fill(add_row("cpython2", 2), 1);
	fill(add_row("cpython3", 4), 7);
	assert_true(precision_has_score(&plan));
	/* 100 * expm1(t.ppf(1 - 0.05/6, n - 1) * 0.01 * std([0, 1, 2, ...][:n], ddof=1) / sqrt(n)) */
	expect(5, 1.493);
	expect(8, 0.927);
	expect(12, 0.697);
	assert_true(isinf(precision_of(&plan, 6)));
}

static void test_a_run_without_samples(void **unused)
{
	(void)unused;
	struct row *row = add_row("cpython2", 2);
	fill(row, 1);
	for (size_t i = 0; i < SAMPLES; i++) {
		row->samples[i].measured = false;
	}
	assert_true(isinf(precision_of(&plan, 5)));
}

static void test_rows_that_have_no_score(void **unused)
{
	(void)unused;
	add_row("cpython2", 1);
	add_row("mutex", 2);
	add_row("cpython3:interval=1ms", 2);
	add_row("cpython3", 2)->locks = WORKER_OWN_LOCKS;
	add_row("cpython3", 2)->wanted = 0;
	assert_false(precision_has_score(&plan));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_precision),
		TEST(test_a_run_without_samples),
		TEST(test_rows_that_have_no_score),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
