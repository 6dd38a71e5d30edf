/* How many samples the rows of `start` have, and how long their batches are. */
#include "experiment.h"

#include "plan_suite.h"
#include "test.h"

#include <string.h>

static const int64_t ms = 1000000;

static void plan_start(const struct request *wanted, const char *text)
{
	struct spec self;
	struct error error;
	struct request request = *wanted;
	request.placement = placement;
	request.samples = plan.samples;
	assert_int_equal(spec_parse(&self, "experiment", experiment_form, text, &error), 0);
	assert_int_equal(experiment_at(self.index)->plan(&plan, &request, &self, &error), 0);
}

/* Rows of much memory have `large` samples, all others as many as the plan. */
static void expect_samples(int large)
{
	for (size_t i = 0; i < plan.count; i++) {
		bool is_large = strstr(plan.rows[i].name, "memory:1GiB") != NULL;
		assert_int_equal(plan.rows[i].room, is_large ? large : plan.samples);
	}
}

static void test_samples(void **unused)
{
	(void)unused;
	const struct request request = { .time_s = 0.2 };
	plan.samples = 5;
	plan_start(&request, "start");
	assert_int_equal(plan.count, 13);
	expect_samples(2);
	for (size_t i = 0; i < plan.count; i++) {
		const struct row *row = &plan.rows[i];
		assert_true(row->expected_ns == 50 * ms || strstr(row->name, "/memory:"));
		assert_int_equal(row->unit, GBENCH_MICROSECOND);
		assert_int_equal(row->locks, WORKER_BARE);
		assert_null(row->work);
		assert_string_equal(row->label, "pu 0");
	}
}

static void test_samples_of_a_quick_run(void **unused)
{
	(void)unused;
	const struct request request = { .time_s = 0.12, .quick = true };
	plan.samples = 3;
	plan_start(&request, "start");
	expect_samples(1);
	assert_int_equal(plan.rows[0].expected_ns, 30 * ms);
}

static void test_samples_as_asked_for(void **unused)
{
	(void)unused;
	const struct request request = { .time_s = 2, .samples_given = true };
	plan.samples = 7;
	plan_start(&request, "start:memory=1GiB");
	assert_int_equal(plan.count, 9);
	expect_samples(7);
	assert_int_equal(plan.rows[0].expected_ns, 500 * ms);
	assert_int_equal(plan.rows[8].expected_ns, 500 * ms + (INT64_C(1) << 29));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, plan_set_up, plan_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_samples),
		TEST(test_samples_of_a_quick_run),
		TEST(test_samples_as_asked_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
