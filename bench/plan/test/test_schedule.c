/*
 * The schedule: every row once per round, in an order that hangs on the seed alone; and a row that
 * fails, or a run that is cut short, says so in its samples and spoils no other.
 */
#include "schedule_suite.h"

enum { ROWS = 5 };

/* --- order ----------------------------------------------------------------------------------- */

/* Which row was measured at which place. */
static void find_order(size_t order[ROWS * SAMPLES])
{
	bool taken[ROWS * SAMPLES] = { false };
	for (size_t i = 0; i < plan.count * SAMPLES; i++) {
		const struct sample *sample = &plan.rows[i % ROWS].samples[i / ROWS];
		assert_true(sample->measured);
		assert_in_range(sample->order, i / ROWS * ROWS, i / ROWS * ROWS + ROWS - 1);
		assert_false(taken[sample->order]);
		taken[sample->order] = true;
		order[sample->order] = i % ROWS;
	}
}

static void run_for_order(uint64_t seed, size_t order[ROWS * SAMPLES])
{
	set_up(NULL);
	for (int i = 0; i < ROWS; i++) {
		add_row(&suite_kernel, UNITS);
	}
	assert_int_equal(run(seed), 0);
	find_order(order);
	tear_down(NULL);
}

static void test_order_follows_from_the_seed(void **unused)
{
	(void)unused;
	size_t one[ROWS * SAMPLES];
	size_t again[ROWS * SAMPLES];
	size_t other[ROWS * SAMPLES];
	run_for_order(1, one);
	run_for_order(1, again);
	run_for_order(2, other);
	assert_memory_equal(one, again, sizeof(one));
	assert_memory_not_equal(one, other, sizeof(one));
	/* Nor are the rounds of one run alike. */
	assert_memory_not_equal(one, one + ROWS, ROWS * sizeof(one[0]));
}

/* What is random in a sample follows from the run, the row and the number of the sample. */
static void test_every_sample_has_its_seed(void **unused)
{
	(void)unused;
	uint64_t one[2 * SAMPLES], again[2 * SAMPLES], other[2 * SAMPLES];
	take_seeds(1, one);
	take_seeds(1, again);
	take_seeds(2, other);
	assert_memory_equal(one, again, sizeof(one));
	for (size_t i = 0; i < LENGTH(one); i++) {
		for (size_t k = 0; k < LENGTH(one); k++) {
			assert_true(one[i] != other[k] && (i == k || one[i] != one[k]));
		}
	}
}

static void test_samples_are_in_order_of_time(void **unused)
{
	(void)unused;
	int64_t start_ns[2 * SAMPLES];
	set_up(NULL);
	add_row(&suite_kernel, UNITS);
	add_row(&suite_kernel, UNITS);
	assert_int_equal(run(3), 0);
	for (size_t i = 0; i < LENGTH(start_ns); i++) {
		const struct sample *sample = &plan.rows[i % 2].samples[i / 2];
		assert_true(sample->region.checksum == suite_sum(0, UNITS));
		start_ns[sample->order] = sample->start_ns;
		assert_int_equal(sample->round, i / 2 + 1);
	}
	for (size_t i = 1; i < LENGTH(start_ns); i++) {
		assert_true(start_ns[i] >= start_ns[i - 1]);
	}
	tear_down(NULL);
}

static void never_called(struct gbench_state *state, void *user)
{
	(void)state;
	(void)user;
	abort();
}

static void test_only_wanted_samples_are_taken(void **unused)
{
	(void)unused;
	set_up(NULL);
	add_row(&suite_kernel, UNITS);
	add_row(&suite_kernel, UNITS);
	add_row(&suite_kernel, UNITS);
	plan.rows[0].wanted = 0;
	plan.rows[1].wanted = 2;
	plan.rows[2].in_process = never_called;
	plan.rows[2].work = NULL;
	assert_int_equal(run(4), 0);
	for (size_t i = 0; i < SAMPLES; i++) {
		assert_false(plan.rows[0].samples[i].measured);
		assert_int_equal(plan.rows[1].samples[i].measured, i < 2);
		assert_false(plan.rows[2].samples[i].measured);
	}
	/* Once for the checksum with one worker, twice with two. */
	assert_int_equal(notes->calls, 1 + 2 * 2);
	tear_down(NULL);
}

/* Rows of which fewer are wanted than there are rounds take theirs evenly spread over them. */
static void test_fewer_samples_are_spread(void **unused)
{
	(void)unused;
	set_up(NULL);
	add_row(&suite_kernel, UNITS);
	add_row(&suite_kernel, UNITS);
	add_row(&suite_kernel, UNITS);
	plan.rows[1].wanted = 2;
	plan.rows[2].wanted = 1;
	assert_int_equal(run(10), 0);
	const struct sample *all = plan.rows[0].samples;
	for (size_t i = 0; i < plan.rows[1].wanted; i++) {
		/* One in each half of the rounds. */
		size_t order = plan.rows[1].samples[i].order;
		assert_true(plan.rows[1].samples[i].measured);
		assert_true(i == 0 || order > all[SAMPLES / 2 - 1].order);
		assert_true(i == 1 || order < all[SAMPLES / 2].order);
	}
	assert_true(plan.rows[2].samples[0].measured);
	assert_int_equal(plan_wanted(&plan), SAMPLES + 3);
	tear_down(NULL);
}

/* --- works ----------------------------------------------------------------------------------- */

static void *note_create(const struct spec *spec, int64_t cache_bytes)
{
	notes->cache_bytes = cache_bytes;
	return strdup(spec->text);
}

static void note_destroy(void *data)
{
	notes->destroyed++;
	free(data);
}

static const struct kernel owner = {
	.form = { .name = "owner" },
	.create = note_create,
	.destroy = note_destroy,
	.run_bare = suite_run_bare,
	.run_polling = suite_run_polling,
};

static void test_works_are_made_once(void **unused)
{
	(void)unused;
	set_up(NULL);
	add_row(&owner, UNITS);
	add_row(&owner, UNITS);
	assert_int_equal(run(5), 0);
	expect_all(&plan.rows[0], true, "");
	expect_all(&plan.rows[1], true, "");
	assert_int_equal(notes->cache_bytes, 1 << 20);
	assert_true(plan.works[0]->ready);
	assert_int_equal(plan.works[0]->load.units, UNITS);
	assert_int_equal(notes->destroyed, 0);
	tear_down(NULL);
	assert_int_equal(notes->destroyed, 1);
}

static void test_work_is_calibrated(void **unused)
{
	(void)unused;
	set_up(NULL);
	add_row(kernel_at(0), 0);
	assert_int_equal(run(6), 0);
	expect_all(&plan.rows[0], true, "");
	assert_string_equal(kernel_at(0)->form.name, "countdown");
	assert_true(plan.works[0]->load.units > 1);
	assert_true(plan.works[0]->load.checksum == plan.works[0]->load.units);
	tear_down(NULL);
}

/* As if the system had killed the process, once. */
static uint64_t die_once(const void *data, uint64_t first, uint64_t count)
{
	if (suite_add(&notes->tickets, 1) == 1) {
		raise(SIGKILL);
	}
	return suite_run_bare(data, first, count);
}

static void test_one_lost_process_fails_no_sample(void **unused)
{
	(void)unused;
	static const struct kernel unlucky = {
		.form = { .name = "unlucky" },
		.run_bare = die_once,
		.run_polling = suite_run_polling,
	};
	set_up(NULL);
	add_row(&unlucky, UNITS);
	assert_int_equal(run(7), 0);
	assert_true(notes->tickets > 1);
	expect_all(&plan.rows[0], true, "");
	tear_down(NULL);
}

/* --- failures -------------------------------------------------------------------------------- */

static uint64_t crash(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	suite_run_polling(data, first, count, thread);
	abort();
}

static uint64_t miscount(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	return suite_run_polling(data, first, count, thread) + (first == 0);
}

static uint64_t crash_bare(const void *data, uint64_t first, uint64_t count)
{
	suite_run_bare(data, first, count);
	abort();
}

/* Without an error, but before it has told its time. */
static uint64_t leave_bare(const void *data, uint64_t first, uint64_t count)
{
	suite_run_bare(data, first, count);
	_exit(EXIT_SUCCESS);
}

static void *create_nothing(const struct spec *spec, int64_t cache_bytes)
{
	(void)spec;
	(void)cache_bytes;
	errno = ENOMEM;
	return NULL;
}

static const struct kernel crashing = {
	.form = { .name = "crashing" }, .run_bare = suite_run_bare, .run_polling = crash
};
static const struct kernel miscounting = {
	.form = { .name = "miscounting" }, .run_bare = suite_run_bare, .run_polling = miscount
};
static const struct kernel useless = {
	.form = { .name = "useless" }, .run_bare = crash_bare, .run_polling = suite_run_polling
};
static const struct kernel leaving = {
	.form = { .name = "leaving" }, .run_bare = leave_bare, .run_polling = suite_run_polling
};
static const struct kernel huge = { .form = { .name = "huge" },
	.create = create_nothing,
	.destroy = note_destroy,
	.run_bare = suite_run_bare,
	.run_polling = suite_run_polling };

static void test_failing_rows_stop_no_other(void **unused)
{
	(void)unused;
	static const char killed[] =
		"the process with the workers was killed by signal 6 (Aborted)";
	char text[ERROR_TEXT_MAX];
	unsigned long long sum = suite_sum(0, UNITS);
	set_up(NULL);
	add_row(&suite_kernel, UNITS);
	add_row(&crashing, UNITS);
	add_row(&miscounting, UNITS);
	add_row(&useless, 0);
	add_row(&leaving, 0);
	add_row(&huge, UNITS);
	add_row(&owner, UNITS);
	assert_int_equal(run(7), 0);
	expect_all(&plan.rows[0], true, "");
	expect_all(&plan.rows[1], false, killed);
	snprintf(text, sizeof(text),
		"the checksum is %016llx; that of the sequential run is %016llx", sum + 1, sum);
	expect_all(&plan.rows[2], false, text);
	expect_all(&plan.rows[3], false, killed);
	expect_all(&plan.rows[4], false, "a worker ended early with exit status 0");
	expect_all(&plan.rows[5], false,
		"could not create the data of kernel 'huge': Cannot allocate memory");
	expect_all(&plan.rows[6], true, "");
	tear_down(NULL);
	assert_int_equal(notes->destroyed, 1);
}

/* --- interruption ---------------------------------------------------------------------------- */

/* The run number `fatal` interrupts the runner and does not end. */
static int fatal;

static uint64_t interrupt(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	uint64_t sum = suite_run_polling(data, first, count, thread);
	while (suite_load(&notes->calls) >= fatal) {
		if (suite_add(&notes->tickets, 1) == 1) {
			kill(notes->runner, SIGTERM);
		}
		pause();
	}
	return sum;
}

static const struct kernel interrupting = {
	.form = { .name = "interrupting" }, .run_bare = suite_run_bare, .run_polling = interrupt
};

static size_t count_measured(void)
{
	size_t measured = 0;
	for (size_t i = 0; i < plan.count * SAMPLES; i++) {
		const struct sample *sample = &plan.rows[i / SAMPLES].samples[i % SAMPLES];
		measured += sample->measured;
		assert_string_equal(
			sample->error.text, sample->measured ? "" : "interrupted by SIGTERM");
	}
	return measured;
}

static void test_interrupted(void **unused)
{
	(void)unused;
	set_up(NULL);
	/* Of two workers, after one for the checksum: the fifth sample. */
	fatal = 1 + 2 * 4 + 1;
	add_row(&interrupting, UNITS);
	add_row(&interrupting, UNITS);
	assert_int_equal(run(8), -EINTR);
	assert_string_equal(error.text, "interrupted by SIGTERM");
	assert_int_equal(count_measured(), 4);
	assert_int_equal(signals_take(&signals), 0);
	tear_down(NULL);
}

static uint64_t hang(const void *data, uint64_t first, uint64_t count)
{
	suite_run_bare(data, first, count);
	while (pause()) {
	}
	return 0;
}

static void test_interrupted_before_the_first(void **unused)
{
	(void)unused;
	static const struct kernel endless = {
		.form = { .name = "endless" }, .run_bare = hang, .run_polling = suite_run_polling
	};
	set_up(NULL);
	add_row(&endless, UNITS);
	add_row(&suite_kernel, UNITS);
	kill(getpid(), SIGTERM);
	assert_int_equal(run(9), -EINTR);
	assert_int_equal(count_measured(), 0);
	tear_down(NULL);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order_follows_from_the_seed),
		cmocka_unit_test(test_every_sample_has_its_seed),
		cmocka_unit_test(test_samples_are_in_order_of_time),
		cmocka_unit_test(test_only_wanted_samples_are_taken),
		cmocka_unit_test(test_fewer_samples_are_spread),
		cmocka_unit_test(test_works_are_made_once),
		cmocka_unit_test(test_work_is_calibrated),
		cmocka_unit_test(test_one_lost_process_fails_no_sample),
		cmocka_unit_test(test_failing_rows_stop_no_other),
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_interrupted_before_the_first),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
