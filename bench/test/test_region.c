/*
 * Regions that go well: every mode gives the whole work's checksum with any number of workers, the
 * gate keeps all of them until the last one is ready, and what they count is summed up. Those that
 * do not go well are for test_region_bad.c.
 */
#include "region_suite.h"

#include <pthread.h>

enum { UNITS = 1000 + 1 };

static const int teams[] = { 1, 2, 3, 5 };

static struct region_result run(const struct kernel *kernel, const struct mode *mode,
	const char *lock_text, int workers, enum placement_policy policy)
{
	struct spec lock = suite_lock(lock_text);
	struct error error = { "" };
	struct region_result result;
	struct signals signals;
	struct worker_job job = {
		.mode = mode,
		.kernel = kernel,
		.lock = &lock,
		.placement = suite_placement(policy),
		.workers = workers,
		.units = UNITS,
	};
	assert_int_equal(signals_init(&signals, &error), 0);
	int failed = region_run(&job, suite_forever_ns, &signals, &result, &error);
	signals_finish(&signals);
	placement_destroy((struct placement *)job.placement);
	if (failed) {
		fail_msg("%s, %s, %d workers: %s", mode->form.name, lock_text, workers, error.text);
	}
	suite_assert_nobody_left();
	return result;
}

static const char *lock_of(const struct mode *mode, const char *other)
{
	return mode->model ? mode->model : other;
}

/* Runs a test for each mode, with each number of workers that it can have. */
static void for_each_team(void (*test)(const struct mode *mode, int workers))
{
	for (size_t i = 0; mode_at(i); i++) {
		for (size_t k = 0; k < LENGTH(teams) && (k == 0 || !mode_at(i)->single); k++) {
			suite_forget(NULL);
			test(mode_at(i), teams[k]);
		}
	}
}

/* --- results --------------------------------------------------------------------------------- */

static void check_plausible(const struct region_result *result, int workers)
{
	/* Jain's index of equal shares may be off in the last place. */
	const double rounding = 1e-9;
	assert_true(result->start_skew_ns >= 0);
	assert_true(result->wall_ns >= result->start_skew_ns);
	assert_true(workers > 1 || result->start_skew_ns == 0);
	assert_true(result->cpu_ns >= 0);
	assert_true(result->switches_voluntary >= 0);
	assert_true(result->switches_involuntary >= 0);
	assert_true(result->migrations >= -1);
	assert_true(result->jain_held <= 1 + rounding);
	assert_true(result->jain_held >= 1.0 / workers - rounding);
	if (workers == 1) {
		assert_true(result->jain_held >= 1 - rounding);
	}
}

static void check_checksum(const struct mode *mode, int workers)
{
	static const char *const locks[] = { "mutex", "cpython2:checkinterval=1",
		"cpython3:interval=50us", "none" };
	for (size_t i = 0; i < LENGTH(locks); i++) {
		struct region_result result =
			run(&suite_kernel, mode, lock_of(mode, locks[i]), workers, PLACEMENT_CORE);
		assert_true(result.checksum == suite_sum(0, UNITS));
		check_plausible(&result, workers);
	}
	assert_int_equal(notes->calls, (int)LENGTH(locks) * workers);
}

static void test_every_mode_gives_the_checksum(void **unused)
{
	(void)unused;
	for_each_team(check_checksum);
}

/* A mutex is taken by each worker at the start, and at each of its polls. */
static void check_statistics(const struct mode *mode, int workers)
{
	struct region_result result =
		run(&suite_kernel, mode, lock_of(mode, "mutex"), workers, PLACEMENT_CORE);
	const struct lockmodel_stats *lock = &result.lock;
	if (mode->locks == MODE_BARE || mode->model) {
		assert_int_equal(lock->acquisitions, 0);
		assert_int_equal(lock->contended, 0);
		assert_int_equal(lock->switches, 0);
		return;
	}
	assert_int_equal(lock->acquisitions, workers + UNITS);
	assert_true(lock->contended <= lock->acquisitions);
	assert_true(lock->held_ns > 0);
	assert_true(lock->outside_ns > 0);
	assert_true(lock->longest_wait_ns <= lock->waited_ns);
	if (mode->locks == MODE_ONE_LOCK) {
		assert_in_range(lock->switches, workers - 1, workers + UNITS);
	} else {
		assert_int_equal(lock->switches, 0);
		assert_int_equal(lock->contended, 0);
		assert_int_equal(lock->waited_ns, 0);
	}
}

static void test_statistics_are_summed(void **unused)
{
	(void)unused;
	for_each_team(check_statistics);
}

static void check_placement(const struct mode *mode, int workers)
{
	for (enum placement_policy policy = PLACEMENT_CORE; policy <= PLACEMENT_NONE; policy++) {
		struct region_result result =
			run(&suite_kernel, mode, lock_of(mode, "cpython3"), workers, policy);
		assert_true(result.checksum == suite_sum(0, UNITS));
		/* On one processor, one of them is always later than another. */
		if (policy == PLACEMENT_SAME && workers > 1) {
			assert_true(result.start_skew_ns > 0);
		}
	}
}

static void test_every_placement(void **unused)
{
	(void)unused;
	for_each_team(check_placement);
}

/* --- what the kernel sees -------------------------------------------------------------------- */

/* Each worker is slower than the one before it. */
static void prepare_late(const void *data)
{
	(void)data;
	usleep((unsigned)suite_add(&notes->tickets, 1) * 5000);
	suite_add(&notes->prepared, 1);
}

static uint64_t note_order(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	suite_add(&notes->early, suite_load(&notes->prepared) < notes->workers);
	return suite_run_polling(data, first, count, thread);
}

static uint64_t note_order_bare(const void *data, uint64_t first, uint64_t count)
{
	suite_add(&notes->early, suite_load(&notes->prepared) < notes->workers);
	return suite_run_bare(data, first, count);
}

static void check_gate(const struct mode *mode, int workers)
{
	static const struct kernel late = {
		.form = { .name = "late" },
		.prepare = prepare_late,
		.run_bare = note_order_bare,
		.run_polling = note_order,
	};
	notes->workers = workers;
	run(&late, mode, lock_of(mode, "cpython3"), workers, PLACEMENT_CORE);
	assert_int_equal(notes->prepared, workers);
	assert_int_equal(notes->calls, workers);
	assert_int_equal(notes->early, 0);
}

static void test_none_starts_before_all_are_ready(void **unused)
{
	(void)unused;
	for_each_team(check_gate);
}

/* Workers can be ended by what the runner itself only looks at when it is ready for it. */
static uint64_t note_mask(const void *data, uint64_t first, uint64_t count)
{
	sigset_t mask;
	pthread_sigmask(SIG_SETMASK, NULL, &mask);
	suite_add(&notes->blocked, sigismember(&mask, SIGINT) + sigismember(&mask, SIGTERM) +
					   sigismember(&mask, SIGHUP));
	return suite_run_bare(data, first, count);
}

static uint64_t note_mask_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)thread;
	return note_mask(data, first, count);
}

static void check_mask(const struct mode *mode, int workers)
{
	static const struct kernel kernel = {
		.form = { .name = "mask" },
		.run_bare = note_mask,
		.run_polling = note_mask_polling,
	};
	run(&kernel, mode, lock_of(mode, "cpython3"), workers, PLACEMENT_CORE);
	assert_int_equal(notes->calls, workers);
	assert_int_equal(notes->blocked, 0);
}

static void test_workers_can_be_ended_by_signals(void **unused)
{
	(void)unused;
	for_each_team(check_mask);
}

#define TEST(name) cmocka_unit_test_setup(name, suite_forget)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_every_mode_gives_the_checksum),
		TEST(test_statistics_are_summed),
		TEST(test_every_placement),
		TEST(test_none_starts_before_all_are_ready),
		TEST(test_workers_can_be_ended_by_signals),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
