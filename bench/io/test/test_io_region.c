/*
 * Tests of I/O regions that succeed: under every lock model all messages arrive and all workers
 * stop; lost, repeated and unread messages are counted.
 */
#include "io_suite.h"

#include <endian.h>

/* Of all regions so far. */
static int total_calls;

/* On a busy machine, a worker may not get to compute before the end of the window. */
static void check_workers(const struct io_region_result *result, int workers)
{
	int calls = suite_load(&notes->calls);
	assert_int_equal(result->units_per_s > 0, calls > 0);
	assert_true(workers > 0 || calls == 0);
	total_calls += calls;
}

static void check_open_loop(const struct suite_mode *mode, const char *lock, int workers,
	const struct transport_type *over)
{
	struct io_region_result result;
	struct io_region_job job = suite_io_job(IO_OPEN_LOOP, mode, workers);
	job.over = over;
	suite_reset(NULL);
	struct region_result region = suite_run_io(job, lock, &result);
	assert_int_equal(result.messages, SUITE_MESSAGES);
	assert_int_equal(result.latencies.count, SUITE_MESSAGES);
	assert_int_equal(result.lost, 0);
	assert_int_equal(result.duplicated, 0);
	for (size_t i = 0; i < SUITE_MESSAGES; i++) {
		assert_true(result.latencies.ns[i] > 0);
	}
	assert_true(result.late_p50_ns >= 0);
	assert_true(result.late_max_ns >= result.late_p50_ns);
	assert_true(region.wall_ns >= job.window_ns - job.every_ns);
	check_workers(&result, workers);
	io_region_finish(&result);
}

static void check_closed_loop(const struct suite_mode *mode, const char *lock, int workers)
{
	struct io_region_result result;
	suite_reset(NULL);
	suite_run_io(suite_io_job(IO_CLOSED_LOOP, mode, workers), lock, &result);
	assert_true(result.packets > 0);
	assert_true(result.packets_per_s > 0);
	assert_int_equal(result.messages, result.packets + result.lost);
	assert_int_equal(result.latencies.count, 0);
	check_workers(&result, workers);
	io_region_finish(&result);
}

/* --- runs ------------------------------------------------------------------------------------ */

static void test_every_lock_model(void **unused)
{
	(void)unused;
	for (size_t i = 0; lockmodel_form(i); i++) {
		const char *lock = lockmodel_form(i)->name;
		check_open_loop(&suite_modes[SUITE_ONE_LOCK], lock, 1, NULL);
		check_closed_loop(&suite_modes[SUITE_ONE_LOCK], lock, 1);
	}
	assert_true(total_calls > 0);
}

static void test_every_mode_and_number_of_workers(void **unused)
{
	(void)unused;
	static const int numbers[] = { 0, 1, 3 };
	for (size_t i = 0; i < LENGTH(numbers); i++) {
		check_open_loop(
			&suite_modes[SUITE_ONE_LOCK], "cpython3:interval=1ms", numbers[i], NULL);
		check_open_loop(&suite_modes[SUITE_NO_LOCK], "none", numbers[i], NULL);
		check_open_loop(&suite_modes[SUITE_PROCESSES], "cpython3", numbers[i], NULL);
		check_closed_loop(&suite_modes[SUITE_NO_LOCK], "none", numbers[i]);
		check_closed_loop(&suite_modes[SUITE_PROCESSES], "cpython3", numbers[i]);
	}
}

static void test_every_transport(void **unused)
{
	(void)unused;
	for (size_t i = 0; transport_at(i); i++) {
		check_open_loop(&suite_modes[SUITE_NO_LOCK], "none", 1, transport_at(i));
		check_open_loop(&suite_modes[SUITE_PROCESSES], "mutex", 1, transport_at(i));
	}
}

/*
 * This lock makes every message wait for a time slice, as long as 20 messages take to be sent: so
 * some are read, but not nearly all.
 */
static void test_messages_faster_than_they_are_read(void **unused)
{
	(void)unused;
	enum { MESSAGES = 50 };
	struct io_region_result result;
	struct io_region_job job = suite_io_job(IO_OPEN_LOOP, &suite_modes[SUITE_ONE_LOCK], 1);
	job.window_ns = MESSAGES * job.every_ns;
	job.drain_timeout_min_ns = 2 * job.window_ns;
	suite_reset(NULL);
	suite_run_io(job, "ruby_handoff:timeslice=100ms", &result);
	assert_int_equal(result.messages, MESSAGES);
	assert_true(result.unread > 0);
	assert_true(result.unread < MESSAGES);
	assert_int_equal(result.latencies.count, MESSAGES);
	assert_int_equal(result.lost, 0);
	io_region_finish(&result);
}

/* The I/O thread takes no part in how fairly the lock is shared. */
static void test_fairness_is_that_of_the_workers(void **unused)
{
	(void)unused;
	struct io_region_result result;
	suite_reset(NULL);
	struct region_result region = suite_run_io(
		suite_io_job(IO_OPEN_LOOP, &suite_modes[SUITE_ONE_LOCK], 1), "cpython3", &result);
	assert_true(region.jain_held > 0.999);
	io_region_finish(&result);
}

/* --- sums ------------------------------------------------------------------------------------ */

/* Receives the messages of a load generator, and records message i `times[i]` times. */
static void receive_all(
	const struct transport *transport, struct arrivals *arrivals, const int *times)
{
	for (;;) {
		struct transport_message message;
		assert_int_equal(transport->type->receive(transport, &message), 0);
		uint64_t sequence = le64toh(message.sequence);
		if (sequence == LOADGEN_END) {
			break;
		}
		for (int i = 0; i < times[sequence]; i++) {
			arrivals_note(arrivals, sequence, 1000 + (int64_t)sequence);
		}
	}
}

/* Sums up SUITE_MESSAGES messages, of which message i arrived `times[i]` times. */
static int sum_up(const int *times, struct io_region_result *result, struct error *error)
{
	struct transport transport;
	struct arrivals *arrivals = malloc(arrivals_size(SUITE_MESSAGES));
	struct io_region_job job = suite_io_job(IO_OPEN_LOOP, &suite_modes[SUITE_ONE_LOCK], 0);
	struct loadgen_job generated = io_region_loadgen(&job, CLOCK_MONOTONIC);
	struct loadgen *generator = loadgen_create(&generated, error);
	arrivals_init(arrivals, SUITE_MESSAGES);
	assert_non_null(generator);
	assert_int_equal(generated.count, SUITE_MESSAGES);
	assert_int_equal(transport_open(&transport, io_region_transport(&job), error), 0);
	assert_true(loadgen_start(generator, &transport, error) > 0);
	loadgen_go(generator);
	receive_all(&transport, arrivals, times);
	assert_int_equal(loadgen_stop(generator, error), 0);
	transport_close_worker(&transport);
	int failed = io_region_sum_up(result, &job, generator, arrivals, NULL, error);
	loadgen_destroy(generator);
	free(arrivals);
	return failed;
}

static void test_lost_and_repeated_messages(void **unused)
{
	(void)unused;
	static const int times[] = { 1, 0, 3, 1, 0 };
	static const int64_t arrived[] = { 1000, 1002, 1003 };
	struct error error = { "" };
	struct io_region_result result;
	assert_int_equal(sum_up(times, &result, &error), 0);
	assert_int_equal(result.messages, SUITE_MESSAGES);
	assert_int_equal(result.lost, 2);
	assert_int_equal(result.duplicated, 2);
	assert_int_equal(result.latencies.count, 3);
	assert_memory_equal(result.latencies.ns, arrived, sizeof(arrived));
	io_region_finish(&result);
}

static void test_no_message_arrives(void **unused)
{
	(void)unused;
	static const int times[SUITE_MESSAGES] = { 0 };
	struct error error = { "" };
	struct io_region_result result;
	assert_int_equal(sum_up(times, &result, &error), -ENODATA);
	assert_string_equal(error.text, "none of the 5 messages sent arrived");
	io_region_finish(&result);
}

/* 400 units from the first start to the last end, 2 s; and no message that was answered. */
static void test_units_per_second(void **unused)
{
	(void)unused;
	static const struct span spans[] = {
		{ .start_ns = 1000000000, .end_ns = 2000000000, .units = 100 },
		{ .start_ns = 1500000000, .end_ns = 3000000000, .units = 300 },
	};
	struct error error = { "" };
	struct io_region_result result;
	struct io_region_job job = suite_io_job(IO_CLOSED_LOOP, &suite_modes[SUITE_ONE_LOCK], 2);
	struct loadgen_job generated = io_region_loadgen(&job, CLOCK_MONOTONIC);
	struct loadgen *generator = loadgen_create(&generated, &error);
	assert_non_null(generator);
	assert_int_equal(io_region_sum_up(&result, &job, generator, NULL, spans, &error), -ENODATA);
	assert_string_equal(error.text, "none of the 0 messages sent was answered");
	assert_true(result.units_per_s == 200);
	io_region_finish(&result);
	loadgen_destroy(generator);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_lock_model),
		cmocka_unit_test(test_every_mode_and_number_of_workers),
		cmocka_unit_test(test_every_transport),
		cmocka_unit_test(test_messages_faster_than_they_are_read),
		cmocka_unit_test(test_fairness_is_that_of_the_workers),
		cmocka_unit_test(test_lost_and_repeated_messages),
		cmocka_unit_test(test_no_message_arrives),
		cmocka_unit_test(test_units_per_second),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
