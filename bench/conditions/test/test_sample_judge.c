/* What is said of samples and their rounds: made-up ones, disturbed to a known extent. */
#include "compute_row.h"
#include "machine_suite.h"
#include "round_judge.h"
#include "sample_judge.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { SAMPLES = 100, MS = 1000000 };

static struct plan plan;
static struct error error;
static struct work work;

static int begin(void **unused)
{
	(void)unused;
	suite_use_synthetic("l3:1(size=1MiB) core:2 pu:1");
	plan = (struct plan){ .samples = SAMPLES,
		.placement = placement_create_foreign(PLACEMENT_CORE, &error) };
	work = (struct work){ .ready = true };
	return plan.placement ? 0 : -1;
}

static int end(void **unused)
{
	struct placement *placement = (struct placement *)plan.placement;
	plan_finish(&plan);
	placement_destroy(placement);
	return suite_forget_machine(unused);
}

/* A row all of whose samples ran undisturbed for 100 ms, and held the lock as long. */
static struct row *add_row(int workers, enum worker_locks locks)
{
	const struct row_spec spec = {
		.experiment = "test", .counts_workers = true, .workers = workers
	};
	struct row *row = plan_add(&plan, &spec, &error);
	assert_non_null(row);
	row->take = compute_row_take;
	row->work = &work;
	row->locks = locks;
	row->wanted = SAMPLES;
	for (size_t i = 0; i < SAMPLES; i++) {
		row->samples[i].measured = true;
		row->samples[i].region = (struct region_result){
			.wall_ns = 100 * MS,
			.cpu_ns = 100 * MS,
			.active_ns = 100 * MS,
			.lock = { .held_ns = 100 * MS },
		};
	}
	return row;
}

static void expect(const char *verdict)
{
	struct findings findings = { 0 };
	sample_judge(&plan, &findings);
	assert_string_equal(findings_verdict(&findings), verdict);
}

/* Makes `count` samples run for so many milliseconds of their 100. */
static void slow_down(struct row *row, size_t count, int cpu_ms)
{
	for (size_t i = 0; i < count; i++) {
		row->samples[i].region.cpu_ns = cpu_ms * (int64_t)MS;
	}
}

static void test_workers_that_did_not_run(void **unused)
{
	(void)unused;
	struct row *row = add_row(2, WORKER_OWN_LOCKS);
	expect("ok");
	slow_down(row, SAMPLES, 91);
	expect("ok");
	/* Up to 2 of 100 may be disturbed by what every system does. */
	slow_down(row, 2, 89);
	expect("ok");
	slow_down(row, 3, 89);
	expect("disturbed");
	/* What failed does not count. */
	row->samples[0].measured = false;
	expect("ok");
}

static void test_more_workers_than_places_do_not_count(void **unused)
{
	(void)unused;
	slow_down(add_row(3, WORKER_OWN_LOCKS), SAMPLES, 50);
	expect("ok");
	assert_int_equal(sample_judge_workers(&plan), 2);
}

static void test_holders_that_did_not_run(void **unused)
{
	(void)unused;
	struct row *row = add_row(2, WORKER_ONE_LOCK);
	/* Workers that wait for the lock do not run, which is as it should be. */
	for (size_t i = 0; i < SAMPLES; i++) {
		row->samples[i].region.active_ns = 200 * MS;
	}
	expect("ok");
	slow_down(row, 10, 80);
	expect("disturbed");
}

static void test_waits_for_a_processor(void **unused)
{
	(void)unused;
	struct row *row = add_row(2, WORKER_ONE_LOCK);
	for (size_t i = 0; i < 10; i++) {
		row->samples[i].region.runqueue_ns = 10 * MS;
	}
	expect("ok");
	for (size_t i = 0; i < 10; i++) {
		row->samples[i].region.runqueue_ns = 12 * MS;
	}
	expect("disturbed");
	for (size_t i = 0; i < 10; i++) {
		row->samples[i].region.runqueue_ns = -1; /* unknown */
	}
	expect("ok");
}

/* --- rounds ---------------------------------------------------------------------------------- */

enum { RUNS = 2, ROUNDS = 5 };

/* Rows with samples in each round. The second run is slower as a whole, which is not judged. */
static void add_rows_with_rounds(int rows, int workers, enum worker_locks locks)
{
	for (int i = 0; i < rows; i++) {
		struct row *row = add_row(workers, locks);
		for (int k = 0; k < SAMPLES; k++) {
			row->samples[k].measured = k < RUNS * ROUNDS;
			row->samples[k].run = k / ROUNDS + 1;
			row->samples[k].round = k % ROUNDS + 1;
			row->samples[k].seconds = 0.1 * (i + 1) * (k / ROUNDS + 1);
		}
	}
}

/* Makes the third round of the second run take so many times as long in the first `rows` rows. */
static void stretch(size_t rows, double factor)
{
	for (size_t i = 0; i < rows; i++) {
		struct sample *samples = plan.rows[i].samples;
		samples[ROUNDS + 2].seconds = samples[ROUNDS].seconds * factor;
	}
}

/* `part`: of the text of the finding; NULL: there is none. */
static void expect_of_rounds(const char *verdict, const char *part)
{
	struct findings findings = { 0 };
	round_judge(&plan, &findings);
	assert_string_equal(findings_verdict(&findings), verdict);
	assert_int_equal(findings.count, part != NULL);
	if (part && !strstr(findings.list[0].text, part)) {
		fail_msg("'%s' lacks '%s'", findings.list[0].text, part);
	}
}

static void test_rounds_that_differ(void **unused)
{
	(void)unused;
	add_rows_with_rounds(5, 1, WORKER_ONE_LOCK);
	expect_of_rounds("ok", NULL);
	stretch(5, 1.015);
	expect_of_rounds("ok", NULL);
	stretch(5, 1.03);
	expect_of_rounds("ok", "1 of 10 rounds took more than 2 % longer or shorter than others of "
			       "their run (round 3 of run 2 by +3 %, the mean of 5 rows)");
	stretch(5, 1.12);
	expect_of_rounds("doubtful", "by +12 %");
	stretch(5, 0.85);
	expect_of_rounds("doubtful", "by -15 %");
	/* What is slow in one row alone is not the machine. */
	stretch(5, 1);
	stretch(1, 1.1);
	expect_of_rounds("ok", NULL);
}

static void test_rounds_that_say_too_little(void **unused)
{
	(void)unused;
	expect_of_rounds("ok", NULL);
	add_rows_with_rounds(3, 2, WORKER_OWN_LOCKS);
	stretch(3, 1.5);
	expect_of_rounds("ok", NULL);
	/* Nor does it count how long a lock held up its workers. */
	add_rows_with_rounds(2, 2, WORKER_ONE_LOCK);
	stretch(5, 1.5);
	expect_of_rounds("ok", NULL);
	add_rows_with_rounds(1, 2, WORKER_OWN_LOCKS);
	stretch(6, 1.5);
	expect_of_rounds("doubtful", "the mean of 4 rows");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_workers_that_did_not_run),
		TEST(test_more_workers_than_places_do_not_count),
		TEST(test_holders_that_did_not_run),
		TEST(test_waits_for_a_processor),
		TEST(test_rounds_that_differ),
		TEST(test_rounds_that_say_too_little),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
