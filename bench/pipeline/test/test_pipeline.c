/* Pipelines that work: what arrives, and what a reader that closes early leaves. */
#include "faulty_stages.h"

#include "stage.h"
#include "test.h"

enum { MOST = 4, NUMBER_MAX = 24 };

static const struct setting usual;

/* Runs a pipeline of `count` stages. */
static int run_stages(const struct setting *setting, int count, struct pipeline pipeline,
	struct pipeline_result *result)
{
	char size[NUMBER_MAX];
	char block[NUMBER_MAX];
	const char *const write[] = { "write", size, block, NULL };
	const char *const copy[] = { "copy", block, NULL };
	struct pipeline_stage stages[MOST] = { { STAGE_TASK, write } };
	snprintf(size, sizeof(size), "%lld", (long long)pipeline.size);
	snprintf(block, sizeof(block), "%zu", pipeline.block);
	for (int i = 1; i < count; i++) {
		stages[i] = (struct pipeline_stage){ STAGE_TASK, copy };
	}
	pipeline.stages = stages;
	pipeline.count = count;
	return run_in(setting, &pipeline, result);
}

static void expect_works(int failed)
{
	assert_string_equal(suite_error.text, "");
	assert_string_equal(suite_messages, "");
	assert_int_equal(failed, 0);
}

static void test_all_bytes_arrive(void **unused)
{
	(void)unused;
	static const struct pipeline sizes[] = {
		{ .size = 1, .block = 65536 },
		{ .size = 12345, .block = 100 },
		{ .size = 65536, .block = 65536 },
		{ .size = 1000001, .block = 4096 },
		{ .size = 3 << 20, .block = 1 << 20 },
	};
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		for (int count = 1; count <= MOST; count++) {
			struct pipeline_result result;
			expect_works(run_stages(&usual, count, sizes[i], &result));
			assert_int_equal(result.bytes, sizes[i].size);
			assert_true(result.first_byte_ns > 0 && result.transfer_ns >= 0);
			assert_true(result.stop_ns >= 0 && result.cpu_ns > 0);
			assert_true(result.transferred < result.bytes);
			assert_true(result.first_byte_ns + result.transfer_ns + result.stop_ns <=
				    result.total_ns);
		}
	}
}

/* The writers end, without a message, although they have far more to write. */
static void test_a_reader_that_closes_early(void **unused)
{
	(void)unused;
	static const struct setting blocked = { .block_sigpipe = true };
	static const struct setting *const settings[] = { &usual, &blocked };
	const struct pipeline endless = {
		.size = INT64_MAX / 2, .close_after = 1000000, .block = 65536
	};
	for (size_t i = 0; i < 2; i++) {
		for (int count = 1; count <= MOST; count++) {
			struct pipeline_result result;
			expect_works(run_stages(settings[i], count, endless, &result));
			assert_int_equal(result.bytes, endless.close_after);
		}
	}
}

/* It has all that was written, and writers that are done when it closes its end have not failed. */
static void test_a_reader_that_closes_at_the_end(void **unused)
{
	(void)unused;
	const struct pipeline whole = { .size = 5000, .close_after = 5000, .block = 4096 };
	struct pipeline_result result;
	expect_works(run_stages(&usual, 3, whole, &result));
	assert_int_equal(result.bytes, 5000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, suite_set_up, suite_tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_all_bytes_arrive),
		TEST(test_a_reader_that_closes_early),
		TEST(test_a_reader_that_closes_at_the_end),
	};
	int status;
	return faulty_stages_run(argc, argv, &status) ? status
						      : cmocka_run_group_tests(tests, NULL, NULL);
}
