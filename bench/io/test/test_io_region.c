/*
 * Tests of I/O regions that succeed: under every lock model all messages arrive and all workers
 * stop; lost, repeated and unread messages are counted.
 */
#include "io_suite.h"
#include "send_times.h"

#include <endian.h>
#include <unistd.h>

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
	int64_t times_ns[SUITE_MESSAGES];
	job.over = over;
	job.seed = 1;
	send_times_fill(times_ns, SUITE_MESSAGES, job.every_ns, 0, job.seed);
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
	assert_true(result.late_p99_ns >= result.late_p50_ns);
	assert_true(result.late_max_ns >= result.late_p99_ns);
	assert_true(region.wall_ns >= times_ns[SUITE_MESSAGES - 1]);
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

/* The workers compute alone, and end. */
static void test_no_messages(void **unused)
{
	(void)unused;
	for (int kind = IO_OPEN_LOOP; kind <= IO_CLOSED_LOOP; kind++) {
		struct io_region_result result;
		struct io_region_job job =
			suite_io_job((enum io_kind)kind, &suite_modes[SUITE_ONE_LOCK], 2);
		job.window_ns = 0;
		job.lead_ns = 10 * INT64_C(1000000);
		suite_reset(NULL);
		struct region_result region = suite_run_io(job, "cpython3", &result);
		assert_int_equal(result.messages, 0);
		assert_int_equal(result.latencies.count, 0);
		assert_true(region.wall_ns >= job.lead_ns);
		check_workers(&result, 2);
		io_region_finish(&result);
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
	assert_int_equal(result.latencies.censored, result.unread);
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

/* A load generator that sends SUITE_MESSAGES messages to this process. */
struct session {
	struct io_region_job job;
	struct loadgen *generator;
	struct transport transport;
	struct arrivals *arrivals;
};

static struct session start_session(void)
{
	struct error error = { "" };
	struct session session = {
		.job = suite_io_job(IO_OPEN_LOOP, &suite_modes[SUITE_ONE_LOCK], 0),
		.arrivals = malloc(arrivals_size(SUITE_MESSAGES)),
	};
	struct loadgen_job generated = io_region_loadgen(&session.job, CLOCK_MONOTONIC);
	session.generator = loadgen_create(&generated, &error);
	assert_non_null(session.generator);
	arrivals_init(session.arrivals, SUITE_MESSAGES);
	assert_int_equal(generated.count, SUITE_MESSAGES);
	assert_int_equal(
		transport_open(&session.transport, io_region_transport(&session.job), &error), 0);
	assert_true(loadgen_start(session.generator, &session.transport, &error) > 0);
	loadgen_go(session.generator);
	return session;
}

/* Receives a message and returns its number. */
static uint64_t receive(const struct session *session)
{
	struct transport_message message;
	const struct transport *transport = &session->transport;
	assert_int_equal(transport->type->receive(transport, &message), 0);
	return le64toh(message.sequence);
}

static void wait_until_taken_back(const struct session *session)
{
	const struct loadgen_result *result = loadgen_result(session->generator);
	while (!__atomic_load_n(&result->unread[SUITE_MESSAGES - 1], __ATOMIC_SEQ_CST)) {
		usleep(1000);
	}
}

/* Ends the session. Returns what io_region_sum_up() returns. */
static int sum_up(struct session *session, struct io_region_result *result, struct error *error)
{
	assert_int_equal(loadgen_stop(session->generator, error), 0);
	transport_close_worker(&session->transport);
	int failed = io_region_sum_up(
		result, &session->job, session->generator, session->arrivals, NULL, error);
	free(session->arrivals);
	return failed;
}

/* Sums up all messages, of which message i arrived `times[i]` times. */
static int sum_up_times(const int *times, struct io_region_result *result, struct error *error)
{
	struct session session = start_session();
	uint64_t number;
	while ((number = receive(&session)) != LOADGEN_END) {
		for (int i = 0; i < times[number]; i++) {
			arrivals_note(session.arrivals, number, 1000 + (int64_t)number);
		}
	}
	int failed = sum_up(&session, result, error);
	loadgen_destroy(session.generator);
	return failed;
}

static void test_lost_and_repeated_messages(void **unused)
{
	(void)unused;
	static const int times[] = { 1, 0, 3, 1, 0 };
	static const int64_t arrived[] = { 1000, 1002, 1003 };
	struct error error = { "" };
	struct io_region_result result;
	assert_int_equal(sum_up_times(times, &result, &error), 0);
	assert_int_equal(result.messages, SUITE_MESSAGES);
	assert_int_equal(result.lost, 2);
	assert_int_equal(result.unread, 0);
	assert_int_equal(result.duplicated, 2);
	assert_int_equal(result.latencies.count, 3);
	assert_int_equal(result.latencies.censored, 0);
	assert_memory_equal(result.latencies.ns, arrived, sizeof(arrived));
	io_region_finish(&result);
}

static void test_no_message_arrives(void **unused)
{
	(void)unused;
	static const int times[SUITE_MESSAGES] = { 0 };
	struct error error = { "" };
	struct io_region_result result;
	assert_int_equal(sum_up_times(times, &result, &error), -ENODATA);
	assert_string_equal(error.text, "none of the 5 messages sent arrived");
	io_region_finish(&result);
}

/*
 * Message 0 is read at once; message 1 so late that the unread ones have been taken back; the others
 * are not read. Of all but the first it is known only that they waited until then.
 */
static void test_messages_not_read_in_time(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct io_region_result result;
	struct session session = start_session();
	arrivals_note(session.arrivals, receive(&session), 1000);
	arrivals_note(session.arrivals, receive(&session), INT64_C(3600000000000));
	wait_until_taken_back(&session);
	assert_true(receive(&session) == LOADGEN_END);
	assert_int_equal(sum_up(&session, &result, &error), 0);
	assert_int_equal(result.unread, 4);
	assert_int_equal(result.lost, 0);
	assert_int_equal(result.latencies.count, 5);
	assert_int_equal(result.latencies.censored, 4);
	int64_t end_ns = loadgen_result(session.generator)->end_ns;
	latency_sort(&result.latencies);
	assert_int_equal(result.latencies.ns[0], 1000);
	for (uint64_t i = 1; i < SUITE_MESSAGES; i++) {
		assert_int_equal(result.latencies.ns[SUITE_MESSAGES - i],
			end_ns - loadgen_intended_ns(session.generator, i));
	}
	assert_int_equal(result.latencies.censored_from_ns, result.latencies.ns[1]);
	io_region_finish(&result);
	loadgen_destroy(session.generator);
}

/* A lock that lets the I/O thread in too late for all messages is a result, not a failure. */
static void test_no_message_is_read_in_time(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct io_region_result result;
	struct session session = start_session();
	wait_until_taken_back(&session);
	assert_true(receive(&session) == LOADGEN_END);
	assert_int_equal(sum_up(&session, &result, &error), 0);
	assert_int_equal(result.latencies.count, SUITE_MESSAGES);
	assert_int_equal(result.latencies.censored, SUITE_MESSAGES);
	io_region_finish(&result);
	loadgen_destroy(session.generator);
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
		cmocka_unit_test(test_no_messages),
		cmocka_unit_test(test_every_transport),
		cmocka_unit_test(test_messages_faster_than_they_are_read),
		cmocka_unit_test(test_fairness_is_that_of_the_workers),
		cmocka_unit_test(test_lost_and_repeated_messages),
		cmocka_unit_test(test_no_message_arrives),
		cmocka_unit_test(test_messages_not_read_in_time),
		cmocka_unit_test(test_no_message_is_read_in_time),
		cmocka_unit_test(test_units_per_second),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
