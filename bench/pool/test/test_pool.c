/*
 * Tests of pools: each item is computed once and its result lies at its place, however the items are
 * cut into chunks; and what is said of items that fail, and of those of a worker that dies.
 */
#include "pool.h"

#include "region_suite.h"
#include "shared.h"

enum { ITEMS = 1000, CHUNK = 100, WORKERS = 2, MANY = 3000 };

/* How many times each item was computed; in shared memory, atomic. */
static int *runs;

static struct error error;
static struct region_result region;

static const int pool_modes[] = { SUITE_ONE_LOCK, SUITE_NO_LOCK, SUITE_PROCESSES, SUITE_OWN_LOCKS };

/* --- tasks ----------------------------------------------------------------------------------- */

static uint64_t square(uint64_t item)
{
	return item * item + 1;
}

static int run_square(const void *context, uint64_t item, struct lockmodel_thread *thread,
	uint64_t *result, struct error *reason)
{
	(void)context;
	(void)thread;
	(void)reason;
	suite_note_run();
	suite_add(&runs[item], 1);
	*result = square(item);
	return 0;
}

/* Items that end in 00 and whose hundreds are set in the mask at `context` fail. */
static int fail_some(const void *context, uint64_t item, struct lockmodel_thread *thread,
	uint64_t *result, struct error *reason)
{
	unsigned mask = *(const unsigned *)context;
	if (item % 100 == 0 && (mask & (1U << (item / 100)))) {
		return error_set(reason, -EINVAL, "%d is a round number", (int)item);
	}
	return run_square(NULL, item, thread, result, reason);
}

/* The workers of the same items are killed. */
static int die_at_some(const void *context, uint64_t item, struct lockmodel_thread *thread,
	uint64_t *result, struct error *reason)
{
	if (fail_some(context, item, thread, result, reason)) {
		raise(SIGKILL);
	}
	return 0;
}

static int hang(const void *context, uint64_t item, struct lockmodel_thread *thread,
	uint64_t *result, struct error *reason)
{
	if (item == 5) {
		suite_hang(NULL, 0, 0);
	}
	return run_square(context, item, thread, result, reason);
}

/* --- running --------------------------------------------------------------------------------- */

/* Runs the map, and keeps what it returned in `failed`. The caller destroys the pool. */
static struct pool *run(
	const struct pool_map *map, int mode, int workers, int64_t deadline_ns, int *failed)
{
	const struct suite_mode *suite = &suite_modes[mode];
	struct placement *placement = suite_placement(PLACEMENT_NONE);
	struct spec lock = suite_lock(suite->model ? suite->model : "cpython3");
	struct signals signals;
	const struct limits limits = { deadline_ns, &signals };
	const struct pool_crew crew = { suite->team, suite->locks, &lock, placement, workers };
	suite_reset(NULL);
	memset(runs, 0, MANY * sizeof(*runs));
	error.text[0] = '\0';
	assert_int_equal(signals_init(&signals, &error), 0);
	struct pool *pool = pool_create(map, &crew, &error);
	assert_non_null(pool);
	*failed = pool_run(pool, &limits, &region, &error);
	signals_finish(&signals);
	placement_destroy(placement);
	suite_assert_nobody_left();
	return pool;
}

static void expect_item(const struct pool *pool, size_t item)
{
	assert_int_equal(pool_items(pool)[item].state, POOL_DONE);
	assert_int_equal(pool_items(pool)[item].result, square(item));
	assert_int_equal(suite_load(&runs[item]), 1);
}

/* Runs a map that has to succeed. Returns the number of items of the busiest worker. */
static size_t expect_map(int mode, int workers, size_t items, size_t chunk)
{
	const struct pool_map map = { run_square, NULL, items, chunk };
	int failed;
	struct pool *pool = run(&map, mode, workers, SUITE_FOREVER_NS, &failed);
	assert_string_equal(error.text, "");
	assert_int_equal(failed, 0);
	for (size_t i = 0; i < items; i++) {
		expect_item(pool, i);
	}
	assert_int_equal(suite_load(&notes->calls), items);
	size_t most = pool_most(pool);
	pool_destroy(pool);
	return most;
}

/* Runs a map that has to fail with this text, and whose items have to be done except some. */
static void expect_failure(
	const struct pool_map *map, int mode, const char *text, bool (*is_done)(size_t item))
{
	int failed;
	struct pool *pool = run(map, mode, WORKERS, SUITE_FOREVER_NS, &failed);
	assert_int_equal(failed, -EIO);
	assert_string_equal(error.text, text);
	for (size_t i = 0; i < map->items; i++) {
		if (is_done(i)) {
			expect_item(pool, i);
		} else {
			assert_int_equal(pool_items(pool)[i].state, POOL_FAILED);
		}
	}
	pool_destroy(pool);
}

/* --- maps ------------------------------------------------------------------------------------ */

static void test_results_are_in_order(void **unused)
{
	(void)unused;
	static const size_t chunks[] = { 1, 7, 256, ITEMS - 1, ITEMS };
	for (size_t i = 0; i < LENGTH(pool_modes); i++) {
		for (size_t k = 0; k < LENGTH(chunks); k++) {
			size_t most = expect_map(pool_modes[i], WORKERS, ITEMS, chunks[k]);
			assert_in_range(most, ITEMS / WORKERS, ITEMS);
		}
	}
	expect_map(SUITE_PROCESSES, 5, MANY, 16);
}

static void test_few_items(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < LENGTH(pool_modes); i++) {
		assert_int_equal(expect_map(pool_modes[i], WORKERS, 10, 4096), 10);
		assert_int_equal(expect_map(pool_modes[i], WORKERS, 10, SIZE_MAX / 4), 10);
		assert_int_equal(expect_map(pool_modes[i], WORKERS, 1, 1), 1);
		assert_int_equal(expect_map(pool_modes[i], WORKERS, 0, 1), 0);
	}
}

static void test_no_pool(void **unused)
{
	(void)unused;
	assert_int_equal(expect_map(SUITE_NO_LOCK, 1, ITEMS, POOL_NO_CHUNK), ITEMS);
	assert_int_equal(expect_map(SUITE_NO_LOCK, 1, 0, POOL_NO_CHUNK), 0);
}

static void test_automatic_chunk(void **unused)
{
	(void)unused;
	assert_int_equal(pool_automatic_chunk(100000, 2), 12500);
	assert_int_equal(pool_automatic_chunk(100001, 2), 12501);
	assert_int_equal(pool_automatic_chunk(10, 2), 2);
	assert_int_equal(pool_automatic_chunk(1, 2), 1);
	assert_int_equal(pool_automatic_chunk(0, 2), 1);
}

/* --- failures -------------------------------------------------------------------------------- */

static bool all_but_300_and_700(size_t item)
{
	return item != 300 && item != 700;
}

static bool no_hundreds(size_t item)
{
	return item % 100 != 0;
}

static void test_items_fail(void **unused)
{
	(void)unused;
	static const unsigned two = 1U << 3 | 1U << 7;
	static const unsigned all = 0x3FF;
	struct pool_map map = { fail_some, &two, ITEMS, 16 };
	for (size_t i = 0; i < LENGTH(pool_modes); i++) {
		expect_failure(&map, pool_modes[i],
			"2 of 1000 items failed; item 300: 300 is a round number; item 700: 700 "
			"is a round number",
			all_but_300_and_700);
	}
	/* In one chunk, so that those that fail first are the lowest. */
	map.context = &all;
	map.chunk = ITEMS;
	expect_failure(&map, SUITE_PROCESSES,
		"10 of 1000 items failed; item 0: 0 is a round number; item 100: 100 is a round "
		"number; item 200: 200 is a round number; item 300: 300 is a round number; and "
		"others",
		no_hundreds);
}

static bool all_but_from_300_to_399(size_t item)
{
	return item < 300 || item > 399;
}

static bool below_300_or_from_400_to_699(size_t item)
{
	return item < 300 || (item > 399 && item < 700);
}

/* The text is what follows the number of the worker. */
static void expect_death(const struct pool_map *map, const char *text, bool (*is_done)(size_t item))
{
	int failed;
	struct pool *pool = run(map, SUITE_PROCESSES, WORKERS, SUITE_FOREVER_NS, &failed);
	assert_int_equal(failed, -ECHILD);
	assert_memory_equal(error.text, "worker ", strlen("worker "));
	assert_string_equal(error.text + strlen("worker N"), text);
	for (size_t i = 0; i < map->items; i++) {
		if (is_done(i)) {
			expect_item(pool, i);
		} else {
			assert_int_equal(pool_items(pool)[i].state, POOL_OPEN);
		}
	}
	pool_destroy(pool);
}

/* The others go on with the items behind the chunk of the one that has died. */
static void test_worker_is_killed(void **unused)
{
	(void)unused;
	static const unsigned one = 1U << 3;
	static const unsigned two = 1U << 3 | 1U << 7;
	struct pool_map map = { die_at_some, &one, ITEMS, CHUNK };
	expect_death(&map,
		" was killed by signal 9 (Killed); 100 of 1000 items were not done: 300 to 399",
		all_but_from_300_to_399);
	map.context = &two;
	expect_death(&map,
		" was killed by signal 9 (Killed); 400 of 1000 items were not done: 300 to 399, "
		"700 to 999",
		below_300_or_from_400_to_699);
}

/* A thread that is killed takes the others with it. */
static void test_process_is_killed(void **unused)
{
	(void)unused;
	static const unsigned first = 1;
	static const char text[] = "the process with the workers was killed by signal 9 (Killed); ";
	const struct pool_map map = { die_at_some, &first, 10, 10 };
	int failed;
	struct pool *pool = run(&map, SUITE_NO_LOCK, WORKERS, SUITE_FOREVER_NS, &failed);
	pool_destroy(pool);
	assert_int_equal(failed, -ECHILD);
	assert_memory_equal(error.text, text, strlen(text));
	assert_string_equal(error.text + strlen(text), "10 of 10 items were not done: 0 to 9");
}

static void test_item_hangs(void **unused)
{
	(void)unused;
	const struct pool_map map = { hang, NULL, 10, 1 };
	int failed;
	struct pool *pool = run(&map, SUITE_PROCESSES, WORKERS, 100000000, &failed);
	assert_int_equal(failed, -ETIMEDOUT);
	assert_non_null(strstr(error.text, " of 10 items were not done: "));
	assert_int_equal(pool_items(pool)[5].state, POOL_OPEN);
	pool_destroy(pool);
}

static void test_too_many_items(void **unused)
{
	(void)unused;
	static const size_t many[] = { SIZE_MAX, SIZE_MAX / 16, SIZE_MAX / 32 };
	const struct pool_crew crew = { .workers = WORKERS };
	for (size_t i = 0; i < LENGTH(many); i++) {
		const struct pool_map map = { run_square, NULL, many[i], 1 };
		error.text[0] = '\0';
		assert_null(pool_create(&map, &crew, &error));
		assert_true(error.text[0] != '\0');
	}
}

static int init(void **unused)
{
	runs = shared_create(MANY * sizeof(*runs), &error);
	return !runs || suite_init(unused);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_results_are_in_order),
		cmocka_unit_test(test_few_items),
		cmocka_unit_test(test_no_pool),
		cmocka_unit_test(test_automatic_chunk),
		cmocka_unit_test(test_items_fail),
		cmocka_unit_test(test_worker_is_killed),
		cmocka_unit_test(test_process_is_killed),
		cmocka_unit_test(test_item_hangs),
		cmocka_unit_test(test_too_many_items),
	};
	return cmocka_run_group_tests(tests, init, NULL);
}
