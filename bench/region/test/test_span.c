/*
 * Tests of spans: sums over several spans, whatever their order.
 */
#include "span.h"
#include "test.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static void test_no_spans(void **unused)
{
	(void)unused;
	struct span_sum sum = { 0 };
	assert_int_equal(span_wall_ns(&sum), 0);
	assert_int_equal(span_skew_ns(&sum), 0);
	assert_true(span_rate(&sum) == 0);
}

static void test_one_span(void **unused)
{
	(void)unused;
	struct span span = { .start_ns = 5, .end_ns = 1000000005, .units = 7 };
	struct span_sum sum = { 0 };
	span_add(&sum, &span);
	assert_int_equal(sum.count, 1);
	assert_int_equal(span_wall_ns(&sum), 1000000000);
	assert_int_equal(span_skew_ns(&sum), 0);
	assert_true(span_rate(&sum) == 7);
}

/* The first to start is neither the first in the list nor the last to end. */
static void test_several_spans(void **unused)
{
	(void)unused;
	static const struct span spans[] = {
		{ .start_ns = 300, .end_ns = 900, .units = 1 },
		{ .start_ns = 100, .end_ns = 400, .units = 20 },
		{ .start_ns = 200, .end_ns = 2100, .units = 300 },
		{ .start_ns = 250, .end_ns = 260, .units = 4000 },
	};
	for (size_t first = 0; first < LENGTH(spans); first++) {
		struct span_sum sum = { 0 };
		for (size_t i = 0; i < LENGTH(spans); i++) {
			span_add(&sum, &spans[(first + i) % LENGTH(spans)]);
		}
		assert_int_equal(sum.count, LENGTH(spans));
		assert_int_equal(sum.units, 4321);
		assert_int_equal(span_wall_ns(&sum), 2000);
		assert_int_equal(span_skew_ns(&sum), 200);
		assert_true(span_rate(&sum) == 4321 / 2e-6);
	}
}

/* On the clock's zero, and with a start before it. */
static void test_times_around_zero(void **unused)
{
	(void)unused;
	static const struct span spans[] = {
		{ .start_ns = -50, .end_ns = 0, .units = 1 },
		{ .start_ns = 0, .end_ns = 50, .units = 1 },
	};
	struct span_sum sum = { 0 };
	span_add(&sum, &spans[0]);
	span_add(&sum, &spans[1]);
	assert_int_equal(span_wall_ns(&sum), 100);
	assert_int_equal(span_skew_ns(&sum), 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_spans),
		cmocka_unit_test(test_one_span),
		cmocka_unit_test(test_several_spans),
		cmocka_unit_test(test_times_around_zero),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
