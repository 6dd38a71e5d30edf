/*
 * Tests of regions that succeed: in every mode and with any number of workers the checksum is that
 * of all units, no worker starts before all are ready, and the statistics are summed up. For
 * failures see test_region_bad.c.
 */
#include "region_suite.h"

#include <pthread.h>

enum { UNITS = 1000 + 1 };

static const int teams[] = { 1, 2, 3, 5 };

static struct region_result run_placed(const struct kernel *kernel, const struct suite_mode *mode,
	const char *lock, int workers, enum placement_policy policy)
{
	struct error error = { "" };
	struct region_result result;
	struct placement *placement = suite_placement(policy);
	struct suite_region region = {
		.mode = mode,
		.lock = lock,
		.kernel = kernel,
		.units = UNITS,
		.workers = workers,
		.placement = placement,
	};
	int failed = suite_run(&region, &result, &error);
	placement_destroy(placement);
	if (failed) {
		fail_msg("%s, %s, %d workers: %s", mode->name, lock, workers, error.text);
	}
	return result;
}

static struct region_result run(
	const struct kernel *kernel, const struct suite_mode *mode, const char *lock, int workers)
{
	return run_placed(kernel, mode, lock, workers, PLACEMENT_CORE);
}

/* Calls a test for each mode with each number of workers. */
static void for_each_team(void (*test)(const struct suite_mode *mode, int workers))
{
	for (size_t i = 0; i < SUITE_MODES; i++) {
		for (size_t k = 0; k < LENGTH(teams); k++) {
			suite_reset(NULL);
			test(&suite_modes[i], teams[k]);
		}
	}
}

/* --- results --------------------------------------------------------------------------------- */

static void check_plausible(const struct region_result *result, int workers)
{
	/* Rounding may make Jain's index slightly larger than 1. */
	const double rounding = 1e-9;
	assert_true(result->start_skew_ns >= 0);
	assert_true(result->wall_ns >= result->start_skew_ns);
	assert_true(workers > 1 || result->start_skew_ns == 0);
	assert_true(result->cpu_ns >= 0);
	assert_true(result->switches_voluntary >= 0);
	assert_true(result->switches_involuntary >= 0);
	assert_true(result->migrations >= -1);
	assert_true(result->runqueue_ns >= -1);
	assert_true(result->active_ns <= result->wall_ns * workers);
	assert_true(result->active_ns >= result->wall_ns - result->start_skew_ns);
	assert_true(result->jain_held <= 1 + rounding);
	assert_true(result->jain_held >= 1.0 / workers - rounding);
	if (workers == 1) {
		assert_true(result->jain_held >= 1 - rounding);
	}
}

static void check_checksum(const struct suite_mode *mode, int workers)
{
	static const char *const locks[] = { "mutex", "cpython2:checkinterval=1",
		"cpython3:interval=50us", "none" };
	for (size_t i = 0; i < LENGTH(locks); i++) {
		struct region_result result = run(&suite_kernel, mode, locks[i], workers);
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

/* Each worker acquires the mutex at the start and at each of its checkpoints. */
static void check_statistics(const struct suite_mode *mode, int workers)
{
	struct region_result result = run(&suite_kernel, mode, "mutex", workers);
	const struct lockmodel_stats *lock = &result.lock;
	if (mode->locks == WORKER_BARE || mode->model) {
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
	if (mode->locks == WORKER_ONE_LOCK) {
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

static void check_placement(const struct suite_mode *mode, int workers)
{
	for (enum placement_policy policy = PLACEMENT_CORE; policy <= PLACEMENT_NONE; policy++) {
		struct region_result result =
			run_placed(&suite_kernel, mode, "cpython3", workers, policy);
		assert_true(result.checksum == suite_sum(0, UNITS));
		/* Workers on the same processor cannot start at the same time. */
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

/* --- what the kernel observes ---------------------------------------------------------------- */

/* Each worker takes longer to prepare than the one before it. */
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

static void check_gate(const struct suite_mode *mode, int workers)
{
	static const struct kernel late = {
		.form = { .name = "late" },
		.prepare = prepare_late,
		.run_bare = note_order_bare,
		.run_polling = note_order,
	};
	notes->workers = workers;
	run(&late, mode, "cpython3", workers);
	assert_int_equal(notes->prepared, workers);
	assert_int_equal(notes->calls, workers);
	assert_int_equal(notes->early, 0);
}

static void test_none_starts_before_all_are_ready(void **unused)
{
	(void)unused;
	for_each_team(check_gate);
}

/* The runner blocks these signals; workers must not inherit that. */
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

static void check_mask(const struct suite_mode *mode, int workers)
{
	static const struct kernel kernel = {
		.form = { .name = "mask" },
		.run_bare = note_mask,
		.run_polling = note_mask_polling,
	};
	run(&kernel, mode, "cpython3", workers);
	assert_int_equal(notes->calls, workers);
	assert_int_equal(notes->blocked, 0);
}

static void test_signals_are_not_blocked_in_workers(void **unused)
{
	(void)unused;
	for_each_team(check_mask);
}

#define TEST(name) cmocka_unit_test_setup(name, suite_reset)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_every_mode_gives_the_checksum),
		TEST(test_statistics_are_summed),
		TEST(test_every_placement),
		TEST(test_none_starts_before_all_are_ready),
		TEST(test_signals_are_not_blocked_in_workers),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
