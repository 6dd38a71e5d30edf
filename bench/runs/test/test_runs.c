/*
 * Runs: each is a process of its own, here this test started again with another argument, which
 * makes the same plan. All do the same work; one that dies costs its own samples only.
 */
#include "compute_row.h"
#include "region_suite.h"
#include "run_child.h"
#include "runs.h"

#include <stdio.h>

enum { SAMPLES = 3, RUNS = 3, ROWS = 2 };

static struct placement *placement;
static struct signals signals;
static struct plan plan;
static struct error error;
static size_t taken;

/* --- the plan of both sides ------------------------------------------------------------------ */

static int take(const struct row *row, const struct work_target *target, struct sample *sample)
{
	int64_t latencies[] = { 3, 1, 2 };
	(void)target;
	sample->seconds = (double)row->work->load.units;
	sample->region.wall_ns = 1;
	sample_mark(sample, "marked");
	return counters_add(&sample->counters, "pid", (double)getpid()) ||
			       latency_add(&sample->latencies, latencies, LENGTH(latencies)) ||
			       latency_add_censored(&sample->latencies, 4)
		       ? -ENOMEM
		       : 0;
}

static struct row *add_row(const char *experiment, int runs)
{
	struct work wanted = { .load = { .kernel = kernel_at(0) }, .source = WORK_CALIBRATED };
	const struct row_spec spec = { .experiment = experiment, .workers = 1 };
	snprintf(wanted.load.spec.text, sizeof(wanted.load.spec.text), "%s", experiment);
	struct work *work = plan_work(&plan, &wanted, &error);
	struct row *row = plan_add(&plan, &spec, &error);
	assert_true(row && work);
	row->take = take;
	row->work = work;
	row->wanted = (size_t)(SAMPLES * runs);
	return row;
}

static void make_plan(int runs)
{
	setenv("HWLOC_SYNTHETIC", "l3:1(size=1MiB) core:2 pu:1", 1);
	placement = suite_placement(PLACEMENT_NONE);
	plan = (struct plan){ .samples = SAMPLES, .runs = runs, .placement = placement };
	assert_int_equal(signals_init(&signals, &error), 0);
	for (int i = 0; i < ROWS; i++) {
		add_row(i == 0 ? "first" : "second", runs);
	}
}

static void finish_plan(void)
{
	plan_finish(&plan);
	placement_destroy(placement);
	signals_finish(&signals);
}

/* --- the process of a run -------------------------------------------------------------------- */

static int die(const struct row *row, const struct work_target *target, struct sample *sample)
{
	(void)row;
	(void)target;
	(void)sample;
	fprintf(stderr, "these are the last words\nand more\n");
	exit(3);
}

static int wait_forever(
	const struct row *row, const struct work_target *target, struct sample *sample)
{
	(void)row;
	kill(getppid(), SIGTERM);
	for (;;) {
		if (signals_take(target->signals)) {
			return error_set(&sample->error, -EINTR, "interrupted by a signal");
		}
		usleep(1000);
	}
}

static int refuse(const struct row *row, const struct work_target *target, struct sample *sample)
{
	(void)target;
	return row == &plan.rows[0] ? error_set(&sample->error, -ECHILD, "refused")
				    : take(row, target, sample);
}

/* `how` is the first argument. Returns the exit status. */
static int be_run(const char *how)
{
	if (strcmp(how, "garbage") == 0) {
		return write(STDOUT_FILENO, "what is this? what is this?", 27) == 27 ? 0 : 1;
	}
	make_plan(1);
	if (strcmp(how, "other") == 0) {
		add_row("third", 1);
	}
	plan.rows[0].take = strcmp(how, "die") == 0      ? die
			    : strcmp(how, "wait") == 0   ? wait_forever
			    : strcmp(how, "refuse") == 0 ? refuse
							 : take;
	const struct schedule schedule = {
		.plan = &plan,
		.target = { .region_ns = 1000000, .placement = placement, .signals = &signals },
	};
	int result = run_child(&schedule, &error);
	finish_plan();
	return result ? EXIT_FAILURE : EXIT_SUCCESS;
}

/* --- the program that starts them ------------------------------------------------------------ */

static void note_taken(void *context, const struct row *row)
{
	(void)context;
	assert_non_null(row);
	taken++;
}

/* With the command line `how` of the process of a run. */
static int take_planned(const char *how, bool (*enough)(void *context, int runs))
{
	char program[] = "/proc/self/exe";
	char argument[32];
	char *words[] = { program, argument, NULL };
	const struct runs runs = {
		.plan = &plan,
		.words = words,
		.count = RUNS,
		.seed = 1,
		.signals = &signals,
		.taken = note_taken,
		.enough = enough,
	};
	snprintf(argument, sizeof(argument), "%s", how);
	taken = 0;
	return runs_take(&runs, &error);
}

static int take_runs(const char *how, bool (*enough)(void *context, int runs))
{
	make_plan(RUNS);
	return take_planned(how, enough);
}

static double counter_of(const struct sample *sample)
{
	assert_int_equal(sample->counters.count, 1);
	assert_string_equal(sample->counters.list[0].name, "pid");
	return sample->counters.list[0].value;
}

static void expect_sample(const struct row *row, size_t index)
{
	const struct sample *sample = &row->samples[index];
	assert_true(sample->measured);
	assert_int_equal(sample->run, index / SAMPLES + 1);
	assert_int_equal(sample->round, index % SAMPLES + 1);
	assert_in_range(sample->order, index * ROWS, index * ROWS + ROWS - 1);
	assert_true(sample->seconds == (double)row->work->load.units);
	assert_string_equal(sample->marks[0], "marked");
	assert_null(sample->marks[1]);
	assert_int_equal(sample->latencies.count, 4);
	assert_int_equal(sample->latencies.ns[0], 3);
	assert_int_equal(sample->latencies.censored, 1);
	assert_int_equal(sample->latencies.censored_from_ns, 4);
}

static void test_runs_are_processes_that_do_the_same_work(void **unused)
{
	(void)unused;
	assert_int_equal(take_runs("take", NULL), RUNS);
	assert_int_equal(taken, ROWS * RUNS * SAMPLES);
	assert_true(plan.works[0]->load.units > 0);
	for (size_t i = 0; i < (size_t)RUNS * SAMPLES; i++) {
		expect_sample(&plan.rows[0], i);
		expect_sample(&plan.rows[1], i);
		/* Those of one run come from one process, and those of another from another. */
		double first = counter_of(&plan.rows[0].samples[i]);
		assert_true(first == counter_of(&plan.rows[1].samples[i]));
		assert_true(first != (double)getpid());
		assert_int_equal(first == counter_of(&plan.rows[0].samples[0]), i < SAMPLES);
	}
	finish_plan();
}

static bool after_two(void *context, int runs)
{
	(void)context;
	return runs == 2;
}

static void test_fewer_runs_are_enough(void **unused)
{
	(void)unused;
	assert_int_equal(take_runs("take", after_two), 2);
	assert_int_equal(plan_measured(&plan), ROWS * 2 * SAMPLES);
	finish_plan();
}

static void test_rows_that_want_no_sample_start_no_process(void **unused)
{
	(void)unused;
	make_plan(RUNS);
	for (int i = 0; i < ROWS; i++) {
		plan.rows[i].wanted = 0;
	}
	/* Such a process would interrupt this one. */
	assert_int_equal(take_planned("wait", NULL), RUNS);
	finish_plan();
}

static void expect_reason(const char *text)
{
	for (size_t i = 0; i < ROWS; i++) {
		for (size_t k = 0; k < (size_t)RUNS * SAMPLES; k++) {
			const struct sample *sample = &plan.rows[i].samples[k];
			assert_true(sample->measured || strstr(sample->error.text, text));
		}
	}
}

static void test_a_run_that_dies_tells_why(void **unused)
{
	(void)unused;
	assert_int_equal(take_runs("die", NULL), RUNS);
	assert_true(plan_measured(&plan) < (size_t)ROWS * RUNS * SAMPLES);
	expect_reason("these are the last words");
	finish_plan();
}

static void test_a_sample_that_fails_stops_no_other(void **unused)
{
	(void)unused;
	assert_int_equal(take_runs("refuse", NULL), RUNS);
	assert_int_equal(plan_measured(&plan), RUNS * SAMPLES);
	expect_reason("refused");
	expect_sample(&plan.rows[1], RUNS * SAMPLES - 1);
	finish_plan();
}

static void test_a_run_of_other_rows_is_refused(void **unused)
{
	(void)unused;
	assert_int_equal(take_runs("other", NULL), RUNS);
	assert_int_equal(plan_measured(&plan), 0);
	expect_reason("it has other rows");
	finish_plan();
}

static void test_what_is_no_record_is_refused(void **unused)
{
	(void)unused;
	assert_int_equal(take_runs("garbage", NULL), RUNS);
	assert_int_equal(plan_measured(&plan), 0);
	expect_reason("run ");
	finish_plan();
}

static void test_a_signal_ends_all(void **unused)
{
	(void)unused;
	assert_int_equal(take_runs("wait", NULL), -EINTR);
	assert_string_equal(error.text, "interrupted by SIGTERM");
	expect_reason("interrupted by SIGTERM");
	suite_assert_nobody_left();
	finish_plan();
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_runs_are_processes_that_do_the_same_work, suite_reset),
		cmocka_unit_test_setup(test_fewer_runs_are_enough, suite_reset),
		cmocka_unit_test_setup(test_rows_that_want_no_sample_start_no_process, suite_reset),
		cmocka_unit_test_setup(test_a_run_that_dies_tells_why, suite_reset),
		cmocka_unit_test_setup(test_a_sample_that_fails_stops_no_other, suite_reset),
		cmocka_unit_test_setup(test_a_run_of_other_rows_is_refused, suite_reset),
		cmocka_unit_test_setup(test_what_is_no_record_is_refused, suite_reset),
		cmocka_unit_test_setup(test_a_signal_ends_all, suite_reset),
	};
	return argc > 1 ? be_run(argv[1]) : cmocka_run_group_tests(tests, suite_init, NULL);
}
