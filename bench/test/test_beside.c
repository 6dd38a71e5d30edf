/*
 * Regions with a worker that does input and output beside others: every lock model lets all
 * messages through, all workers stop, and what was lost or came twice is counted.
 */
#include "beside.h"
#include "clock.h"
#include "region_suite.h"

#include <endian.h>

enum { UNITS = 1000, MESSAGES = 10 };

static const int64_t ms = 1000000;

/* A chunk is all of its units, once. */
static const struct work work = { .kernel = &suite_kernel, .units = UNITS, .turn_s = 1e-6 };

static struct beside_job make_job(enum beside_kind kind, const struct mode *mode, int workers)
{
	return (struct beside_job){
		.kind = kind,
		.mode = mode,
		.work = &work,
		.workers = workers,
		.every_ns = 10 * ms,
		.window_ns = 10 * ms * MESSAGES,
	};
}

static struct region_result run(
	struct beside_job job, const char *lock_text, struct beside_result *result)
{
	struct spec lock = suite_lock(lock_text);
	struct error error = { "" };
	struct signals signals;
	struct region_result region;
	job.lock = &lock;
	job.placement = suite_placement(PLACEMENT_CORE);
	assert_int_equal(signals_init(&signals, &error), 0);
	int failed = beside_run(&job, suite_forever_ns, &signals, &region, result, &error);
	signals_finish(&signals);
	placement_destroy((struct placement *)job.placement);
	if (failed) {
		fail_msg("%s, %s: %s", job.mode->form.name, lock_text, error.text);
	}
	suite_assert_nobody_left();
	return region;
}

static void check_workers(const struct beside_result *result, int workers)
{
	assert_int_equal(result->units_per_s > 0, workers > 0);
	assert_int_equal(suite_load(&notes->calls) > 0, workers > 0);
}

static void check_convoy(
	const struct mode *mode, const char *lock, int workers, enum link_kind over)
{
	struct beside_result result;
	struct beside_job job = make_job(BESIDE_CONVOY, mode, workers);
	job.over = over;
	suite_forget(NULL);
	struct region_result region = run(job, lock, &result);
	assert_int_equal(result.messages, MESSAGES);
	assert_int_equal(result.latencies.count, MESSAGES);
	assert_int_equal(result.lost, 0);
	assert_int_equal(result.duplicated, 0);
	for (size_t i = 0; i < MESSAGES; i++) {
		assert_true(result.latencies.ns[i] > 0);
	}
	assert_true(result.late_p50_ns >= 0);
	assert_true(result.late_max_ns >= result.late_p50_ns);
	assert_true(region.wall_ns >= job.window_ns - job.every_ns);
	check_workers(&result, workers);
	beside_finish(&result);
}

static void check_bandwidth(const struct mode *mode, const char *lock, int workers)
{
	struct beside_result result;
	suite_forget(NULL);
	run(make_job(BESIDE_BANDWIDTH, mode, workers), lock, &result);
	assert_true(result.packets > 0);
	assert_true(result.packets_per_s > 0);
	assert_int_equal(result.messages, result.packets + result.lost);
	assert_int_equal(result.latencies.count, 0);
	check_workers(&result, workers);
	beside_finish(&result);
}

/* --- rounds that go well --------------------------------------------------------------------- */

static void test_every_lock_model(void **unused)
{
	(void)unused;
	for (size_t i = 0; lockmodel_form(i); i++) {
		check_convoy(&mode_gil, lockmodel_form(i)->name, 1, LINK_PIPE);
		check_bandwidth(&mode_gil, lockmodel_form(i)->name, 1);
	}
}

static void test_every_mode_and_number(void **unused)
{
	(void)unused;
	static const int numbers[] = { 0, 1, 3 };
	for (size_t i = 0; i < LENGTH(numbers); i++) {
		check_convoy(&mode_gil, "cpython3:interval=1ms", numbers[i], LINK_UDP);
		check_convoy(&mode_threads, "none", numbers[i], LINK_PIPE);
		check_convoy(&mode_processes, "cpython3", numbers[i], LINK_PIPE);
		check_bandwidth(&mode_threads, "none", numbers[i]);
		check_bandwidth(&mode_processes, "cpython3", numbers[i]);
	}
}

/* Ten messages, for each of which the lock keeps to its order and lets one wait a second. */
static void test_more_than_can_be_read(void **unused)
{
	(void)unused;
	struct beside_result result;
	struct beside_job job = make_job(BESIDE_CONVOY, &mode_gil, 1);
	suite_forget(NULL);
	run(job, "ruby_handoff:timeslice=1s", &result);
	assert_int_equal(result.messages, MESSAGES);
	assert_true(result.unread > 0);
	assert_true(result.unread < MESSAGES);
	assert_int_equal(result.latencies.count, MESSAGES);
	assert_int_equal(result.lost, 0);
	beside_finish(&result);
}

/* A worker that has the lock now and then takes no part in how fair it is. */
static void test_fairness_is_that_of_the_others(void **unused)
{
	(void)unused;
	struct beside_result result;
	suite_forget(NULL);
	struct region_result region =
		run(make_job(BESIDE_CONVOY, &mode_gil, 1), "cpython3", &result);
	assert_true(region.jain_held > 0.999);
	beside_finish(&result);
}

/* --- sums ------------------------------------------------------------------------------------ */

/* Reads all that a sender of four messages sends, and notes each as often as `times` says. */
static struct peer *send_four(struct tally *tally, const int *times)
{
	struct error error = { "" };
	struct link link;
	struct beside_job job = make_job(BESIDE_CONVOY, &mode_gil, 0);
	job.window_ns = 4 * job.every_ns;
	struct peer_job peer_job = beside_peer(&job, CLOCK_MONOTONIC);
	struct peer *peer = peer_create(&peer_job, &error);
	assert_non_null(peer);
	assert_int_equal(peer_job.count, 4);
	assert_int_equal(link_open(&link, LINK_PIPE, &error), 0);
	assert_true(peer_start(peer, &link, &error) > 0);
	peer_go(peer);
	for (;;) {
		struct peer_message message;
		assert_int_equal(read(link.worker, &message, sizeof(message)), sizeof(message));
		uint64_t sequence = le64toh(message.sequence);
		if (sequence == PEER_END) {
			break;
		}
		for (int i = 0; i < times[sequence]; i++) {
			tally_note(tally, sequence, 1000 + (int64_t)sequence);
		}
	}
	assert_int_equal(peer_stop(peer, &error), 0);
	link_close_worker(&link);
	return peer;
}

static int sum_up_four(const int *times, struct beside_result *result, struct error *error)
{
	struct tally *tally = malloc(tally_size(4));
	struct beside_job job = make_job(BESIDE_CONVOY, &mode_gil, 0);
	tally_init(tally, 4);
	struct peer *peer = send_four(tally, times);
	int failed = beside_sum_up(result, &job, peer, tally, NULL, error);
	peer_destroy(peer);
	free(tally);
	return failed;
}

static void test_lost_and_repeated_messages(void **unused)
{
	(void)unused;
	static const int times[] = { 1, 0, 3, 1 };
	static const int64_t arrived[] = { 1000, 1002, 1003 };
	struct error error = { "" };
	struct beside_result result;
	assert_int_equal(sum_up_four(times, &result, &error), 0);
	assert_int_equal(result.messages, 4);
	assert_int_equal(result.lost, 1);
	assert_int_equal(result.duplicated, 2);
	assert_int_equal(result.latencies.count, 3);
	assert_memory_equal(result.latencies.ns, arrived, sizeof(arrived));
	beside_finish(&result);
}

static void test_no_message_at_all(void **unused)
{
	(void)unused;
	static const int times[] = { 0, 0, 0, 0 };
	struct error error = { "" };
	struct beside_result result;
	assert_int_equal(sum_up_four(times, &result, &error), -ENODATA);
	assert_string_equal(error.text, "none of the 4 messages sent arrived");
	beside_finish(&result);
}

/* 400 units from the first start to the last end, 2 s; and no packet that was answered. */
static void test_units_per_second(void **unused)
{
	(void)unused;
	static const struct beside_span spans[] = {
		{ .start_ns = 1000 * ms, .end_ns = 2000 * ms, .units = 100 },
		{ .start_ns = 1500 * ms, .end_ns = 3000 * ms, .units = 300 },
	};
	struct error error = { "" };
	struct beside_result result;
	struct beside_job job = make_job(BESIDE_BANDWIDTH, &mode_gil, 2);
	struct peer_job peer_job = beside_peer(&job, CLOCK_MONOTONIC);
	struct peer *peer = peer_create(&peer_job, &error);
	assert_non_null(peer);
	assert_int_equal(beside_sum_up(&result, &job, peer, NULL, spans, &error), -ENODATA);
	assert_string_equal(error.text, "none of the 0 messages sent was answered");
	assert_true(result.units_per_s == 200);
	beside_finish(&result);
	peer_destroy(peer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_lock_model),
		cmocka_unit_test(test_every_mode_and_number),
		cmocka_unit_test(test_more_than_can_be_read),
		cmocka_unit_test(test_fairness_is_that_of_the_others),
		cmocka_unit_test(test_lost_and_repeated_messages),
		cmocka_unit_test(test_no_message_at_all),
		cmocka_unit_test(test_units_per_second),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
