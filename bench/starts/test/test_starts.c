/* Batches of starts: what they count, and that a failure fails the batch and leaves nothing. */
#include "starts.h"

#include "shared.h"
#include "test.h"
#include "true_program.h"

#include <errno.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const int64_t ms = 1000000;

static struct error error;
static struct signals signals;
static struct placement *placement;
static char program[PATH_MAX];

static int set_up(void **unused)
{
	(void)unused;
	error.text[0] = '\0';
	placement = placement_create(PLACEMENT_CORE, &error);
	return placement ? signals_init(&signals, &error) || true_program_find(program, &error)
			 : -1;
}

/* No child is left, not even one that has ended. */
static int tear_down(void **unused)
{
	(void)unused;
	signals_finish(&signals);
	placement_destroy(placement);
	return waitpid(-1, NULL, WNOHANG) >= 0 || errno != ECHILD;
}

static int run(const struct starts *starts, int64_t deadline_ns, struct starts_result *result)
{
	const struct limits limits = { deadline_ns, &signals };
	return starts_run(starts, &limits, result, &error);
}

/* A way that counts its starts, in memory that the test shares with the process of its own. */
static int64_t *calls;

static int count_call(struct starter *starter, struct error *reason)
{
	(void)starter;
	(void)reason;
	++*calls;
	usleep(1000);
	return 0;
}

static int fail_at_third(struct starter *starter, struct error *reason)
{
	(void)starter;
	return ++*calls == 3 ? error_set(reason, -EAGAIN, "no third start") : 0;
}

static int never_end(struct starter *starter, struct error *reason)
{
	(void)starter;
	(void)reason;
	while (pause() < 0) {
	}
	return 0;
}

static const struct start_way counting = { "counting", true, START_NOTHING, count_call };
static const struct start_way failing = { "failing", true, START_NOTHING, fail_at_third };
static const struct start_way hanging = { "hanging", true, START_NOTHING, never_end };

static void test_batch(void **unused)
{
	(void)unused;
	struct starts starts = { .way = &counting, .batch_ns = 40 * ms, .placement = placement };
	struct starts_result result;
	calls = shared_create(sizeof(*calls), &error);
	assert_int_equal(run(&starts, starts_deadline_ns(&starts), &result), 0);
	/* One start comes before the estimate, and the estimate makes at least one. */
	assert_in_range(result.count, 1, *calls - 2);
	/* Each sleeps for 1 ms or longer. */
	assert_in_range(result.count, 1, 40);
	assert_true(result.wall_ns >= result.count * ms);
	assert_true(result.switches_voluntary >= result.count);
	assert_true(result.huge_part == 0);
	shared_destroy(calls, sizeof(*calls));
}

static void test_batch_that_is_shorter_than_a_start(void **unused)
{
	(void)unused;
	struct starts starts = { .way = &counting, .batch_ns = 1000, .placement = placement };
	struct starts_result result;
	calls = shared_create(sizeof(*calls), &error);
	assert_int_equal(run(&starts, starts_deadline_ns(&starts), &result), 0);
	assert_int_equal(result.count, 1);
	assert_int_equal(*calls, 3);
	shared_destroy(calls, sizeof(*calls));
}

static void test_every_way(void **unused)
{
	(void)unused;
	for (const struct start_way *way = start_ways; way->name; way++) {
		struct starts starts = { way, program, { 0 }, 2 * ms, placement };
		struct starts_result result = { 0 };
		assert_int_equal(run(&starts, starts_deadline_ns(&starts), &result), 0);
		assert_true(result.count >= 1 && result.wall_ns > 0 && result.cpu_ns >= 0);
	}
}

static void test_touched_memory(void **unused)
{
	(void)unused;
	struct starts starts = { start_ways, program, { 8 << 20, false }, 2 * ms, placement };
	struct starts_result result;
	assert_int_equal(run(&starts, starts_deadline_ns(&starts), &result), 0);
	starts.touched.bytes = INT64_C(1) << 50;
	assert_int_equal(run(&starts, starts_deadline_ns(&starts), &result), -ECHILD);
	assert_non_null(strstr(error.text, "too little memory to touch 1048576GiB: "));
}

static void test_failures(void **unused)
{
	(void)unused;
	struct starts starts = { .way = &failing, .batch_ns = 1000 * ms, .placement = placement };
	struct starts_result result;
	calls = shared_create(sizeof(*calls), &error);
	assert_int_equal(run(&starts, starts_deadline_ns(&starts), &result), -ECHILD);
	assert_string_equal(error.text, "no third start");
	assert_int_equal(*calls, 3);
	shared_destroy(calls, sizeof(*calls));
	starts.way = &hanging;
	assert_int_equal(run(&starts, 50 * ms, &result), -ETIMEDOUT);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_batch),
		TEST(test_batch_that_is_shorter_than_a_start),
		TEST(test_every_way),
		TEST(test_touched_memory),
		TEST(test_failures),
	};
	if (argc > 2 && strcmp(argv[1], SPAWN_OPTION) == 0) {
		return spawn_find(start_tasks, argv[2])->run(argc - 3, argv + 3);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
