/* Tests of exchanges: each channel with each codec, and what happens when the partner fails. */
#include "exchange.h"
#include "test.h"
#include "workers.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static const int64_t ms = 1000000;

static struct signals signals;
static struct placement *placement;
static struct error error;

static int set_up(void **unused)
{
	(void)unused;
	error.text[0] = '\0';
	placement = placement_create(PLACEMENT_NONE, &error);
	return !placement || signals_init(&signals, &error);
}

static int tear_down(void **unused)
{
	(void)unused;
	placement_destroy(placement);
	signals_finish(&signals);
	return 0;
}

static int run(struct exchange_job job, struct exchange_result *result)
{
	const struct limits limits = { INT64_C(60000) * ms, &signals };
	job.window_ns = 2 * ms;
	job.placement = placement;
	return exchange_run(&job, &limits, result, &error);
}

static void expect_result(struct exchange_job job)
{
	struct exchange_result result;
	if (run(job, &result)) {
		fail_msg("%s", error.text);
	}
	assert_true(result.messages > 0 && result.message_s > 0);
	assert_true(result.bytes >= job.size);
}

static void test_all_channels(void **unused)
{
	(void)unused;
	static const size_t sizes[] = { 64, 64 << 10, 1 << 20 };
	for (size_t i = 0; channel_at(i); i++) {
		for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
			struct exchange_job job = { .type = channel_at(i), .size = sizes[k] };
			print_message("  %s, %zu\n", job.type->form.name, job.size);
			expect_result(job);
			job.op = EXCHANGE_ROUND_TRIP;
			expect_result(job);
			job.op = EXCHANGE_COPY;
			expect_result(job);
		}
	}
}

static void test_all_codecs(void **unused)
{
	(void)unused;
	for (size_t k = 0; codec_at(k); k++) {
		struct exchange_job alone = { .codec = codec_at(k), .size = 4096 };
		expect_result(alone);
		for (size_t i = 0; channel_at(i); i++) {
			struct exchange_job job = {
				.type = channel_at(i), .codec = codec_at(k), .size = 4096
			};
			expect_result(job);
			job.op = EXCHANGE_ROUND_TRIP;
			expect_result(job);
		}
	}
}

static void test_memcpy(void **unused)
{
	(void)unused;
	expect_result((struct exchange_job){ .size = 64 });
	expect_result((struct exchange_job){ .size = 1 << 20 });
}

static void test_a_size_that_does_not_fit(void **unused)
{
	(void)unused;
	struct exchange_result result;
	for (size_t i = 0; i == 0 || channel_at(i - 1); i++) {
		struct exchange_job job = { .size = (size_t)1 << 40 };
		job.type = i > 0 ? channel_at(i - 1) : NULL;
		assert_true(run(job, &result) < 0);
		assert_non_null(strstr(error.text, "messages of this size needs "));
		assert_non_null(strstr(error.text, " MiB are available"));
	}
}

static void test_no_more_files(void **unused)
{
	(void)unused;
	struct exchange_result result;
	struct rlimit before;
	getrlimit(RLIMIT_NOFILE, &before);
	int next = dup(0);
	close(next);
	/* Enough for the process itself, and for one end of a channel. */
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ (rlim_t)next + 3, before.rlim_max });
	int failed =
		run((struct exchange_job){ .type = channel_find("pipe"), .size = 64 }, &result);
	setrlimit(RLIMIT_NOFILE, &before);
	assert_true(failed < 0);
	assert_non_null(strstr(error.text, "could not create a pipe: Too many open files"));
}

/* --- a partner that fails -------------------------------------------------------------------- */

/* What the receiving lane makes of a message with this number in the place of the first. */
static int receive_number(uint64_t sequence)
{
	struct lane lane;
	const struct record *records;
	bool flagged;
	const struct lane_plan plan = { .type = channel_find("queue"), .size = 4096 };
	assert_int_equal(lane_open(&lane, &plan, &error), 0);
	assert_int_equal(lane_send(&lane, sequence, false, &error), 0);
	assert_int_equal(lane_receive(&lane, 0, &records, &error), 0);
	int result = lane_check(&lane, records, 0, &flagged, &error);
	lane_close(&lane);
	return result;
}

static void test_a_message_out_of_order(void **unused)
{
	(void)unused;
	assert_int_equal(receive_number(0), 0);
	assert_int_equal(receive_number(1), -EBADMSG);
	assert_string_equal(
		error.text, "the message received over the queue is not number 0, which is due");
}

static void test_changed_content(void **unused)
{
	(void)unused;
	struct lane lane;
	struct record record;
	const struct lane_plan plan = { .type = channel_find("queue"), .size = 64 };
	assert_int_equal(lane_open(&lane, &plan, &error), 0);
	message_fill(&record, 1, &lane.pattern);
	assert_int_equal(lane_check_whole(&lane, &record, 3, &error), 0);
	record.name[0] = 'R';
	assert_int_equal(lane_check_whole(&lane, &record, 3, &error), -EBADMSG);
	assert_string_equal(error.text, "message 3 arrived over the queue with changed content");
	lane_close(&lane);
}

static void expect_broken(const char *type)
{
	struct lane lane;
	char text[128];
	const struct lane_plan plan = { .type = channel_find(type), .size = 64 };
	assert_int_equal(lane_open(&lane, &plan, &error), 0);
	signal(SIGPIPE, SIG_IGN);
	channel_keep(&lane.channel, CHANNEL_SENDER, 0);
	assert_int_equal(lane_send(&lane, 0, false, &error), -EPIPE);
	snprintf(text, sizeof(text), "the %s broke: the receiver ended early", type);
	assert_string_equal(error.text, text);
	lane_close(&lane);
}

static void test_a_pipe_that_breaks(void **unused)
{
	(void)unused;
	expect_broken("pipe");
	expect_broken("socket");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_all_channels),
		TEST(test_all_codecs),
		TEST(test_memcpy),
		TEST(test_a_size_that_does_not_fit),
		TEST(test_no_more_files),
		TEST(test_a_message_out_of_order),
		TEST(test_changed_content),
		TEST(test_a_pipe_that_breaks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
