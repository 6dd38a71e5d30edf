/*
 * Tests of latencies: percentiles by nearest rank, appending to a list, and percentile files
 * compared with files calculated by hand.
 */
#include "latency.h"
#include "test.h"

#include <stdlib.h>
#include <string.h>

enum { MANY = 1000 };

/* The numbers from 1 to `count`, shuffled; `count` must be coprime to 7. */
static struct latency make(size_t count)
{
	struct latency latency = { 0 };
	for (size_t i = 0; i < count; i++) {
		int64_t ns = (int64_t)(i * 7 % count) + 1;
		assert_int_equal(latency_add(&latency, &ns, 1), 0);
	}
	latency_sort(&latency);
	return latency;
}

static void test_percentiles_of_1_to_1000(void **unused)
{
	(void)unused;
	struct latency latency = make(MANY);
	assert_int_equal(latency.count, MANY);
	assert_int_equal(latency_percentile(&latency, 0), 1);
	for (unsigned per_mille = 1; per_mille <= 1000; per_mille++) {
		assert_int_equal(latency_percentile(&latency, per_mille), per_mille);
	}
	latency_finish(&latency);
}

/* Half of 11 is 5.5, so the rank of the median is 6. */
static void test_ranks_are_rounded_up(void **unused)
{
	(void)unused;
	struct latency latency = make(11);
	assert_int_equal(latency_percentile(&latency, 500), 6);
	assert_int_equal(latency_percentile(&latency, 90), 1);
	assert_int_equal(latency_percentile(&latency, 91), 2);
	assert_int_equal(latency_percentile(&latency, 909), 10);
	assert_int_equal(latency_percentile(&latency, 910), 11);
	assert_int_equal(latency_percentile(&latency, 1000), 11);
	latency_finish(&latency);
}

static void test_adding_keeps_what_was_there(void **unused)
{
	(void)unused;
	static const int64_t first[] = { 30, 10 };
	static const int64_t second[] = { 20, -5, 10 };
	static const int64_t all[] = { -5, 10, 10, 20, 30 };
	struct latency latency = { 0 };
	assert_int_equal(latency_add(&latency, first, 2), 0);
	assert_int_equal(latency_add(&latency, NULL, 0), 0);
	assert_int_equal(latency_add(&latency, second, 3), 0);
	latency_sort(&latency);
	assert_int_equal(latency.count, 5);
	assert_memory_equal(latency.ns, all, sizeof(all));
	latency_finish(&latency);
	assert_int_equal(latency.count, 0);
	assert_null(latency.ns);
}

/* --- percentile files ------------------------------------------------------------------------ */

static void expect_text(const struct latency *latency, const char *text)
{
	char *printed = latency_print(latency);
	assert_non_null(printed);
	assert_string_equal(printed, text);
	free(printed);
}

/* 1 to 10 us: each point has the value of the first latency that reaches it. */
static void test_file_of_ten_times(void **unused)
{
	(void)unused;
	struct latency latency = make(10);
	for (size_t i = 0; i < latency.count; i++) {
		latency.ns[i] *= 1000;
	}
	expect_text(&latency, "       Value     Percentile TotalCount 1/(1-Percentile)\n"
			      "\n"
			      "       1.000 0.000000000000          1           1.00\n"
			      "       1.000 0.100000000000          1           1.11\n"
			      "       2.000 0.200000000000          2           1.25\n"
			      "       3.000 0.300000000000          3           1.43\n"
			      "       4.000 0.400000000000          4           1.67\n"
			      "       5.000 0.500000000000          5           2.00\n"
			      "       6.000 0.550000000000          6           2.22\n"
			      "       6.000 0.600000000000          6           2.50\n"
			      "       7.000 0.650000000000          7           2.86\n"
			      "       7.000 0.700000000000          7           3.33\n"
			      "       8.000 0.750000000000          8           4.00\n"
			      "       8.000 0.775000000000          8           4.44\n"
			      "       8.000 0.800000000000          8           5.00\n"
			      "       9.000 0.825000000000          9           5.71\n"
			      "       9.000 0.850000000000          9           6.67\n"
			      "       9.000 0.875000000000          9           8.00\n"
			      "       9.000 0.887500000000          9           8.89\n"
			      "       9.000 0.900000000000          9          10.00\n"
			      "      10.000 0.912500000000         10          11.43\n"
			      "      10.000 1.000000000000         10            inf\n"
			      "#[Mean    =        5.500, StdDeviation   =        2.872]\n"
			      "#[Max     =       10.000, Total count    =           10]\n"
			      "#[Buckets =           10, SubBuckets     =            1]\n");
	latency_finish(&latency);
}

static void test_file_of_equal_times(void **unused)
{
	(void)unused;
	static const int64_t ns[] = { 2500, 2500, 2500 };
	struct latency latency = { 0 };
	assert_int_equal(latency_add(&latency, ns, 3), 0);
	expect_text(&latency, "       Value     Percentile TotalCount 1/(1-Percentile)\n"
			      "\n"
			      "       2.500 0.000000000000          3           1.00\n"
			      "       2.500 1.000000000000          3            inf\n"
			      "#[Mean    =        2.500, StdDeviation   =        0.000]\n"
			      "#[Max     =        2.500, Total count    =            3]\n"
			      "#[Buckets =            1, SubBuckets     =            1]\n");
	latency_finish(&latency);
}

/* --- values ---------------------------------------------------------------------------------- */

static void expect_values(
	const struct latency *latency, const char *start, const char *end, size_t values)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	assert_non_null(file);
	latency_print_values(file, latency);
	assert_int_equal(fclose(file), 0);
	size_t blanks = 0;
	for (size_t i = 0; i < size; i++) {
		blanks += text[i] == ' ';
	}
	assert_int_equal(blanks, values);
	assert_int_equal(strncmp(text, start, strlen(start)), 0);
	assert_string_equal(text + size - strlen(end), end);
	free(text);
}

/* All of a short list; of a long one, the percentiles in steps of a thousandth. */
static void test_values(void **unused)
{
	(void)unused;
	struct latency latency = { 0 };
	expect_values(&latency, "", "", 0);
	latency = make(10);
	expect_values(&latency, " 0.001 0.002", " 0.009 0.010", 10);
	latency_finish(&latency);
	latency = make(1000);
	expect_values(&latency, " 0.001 0.002", " 0.999 1.000", 1000);
	latency_finish(&latency);
	latency = make(2500);
	expect_values(&latency, " 0.003 0.005 0.008", " 2.498 2.500", 1000);
	latency_finish(&latency);
}

/* --- censored latencies ---------------------------------------------------------------------- */

/* Of 1 to 10 ns, two are only bounds, 6 and 9: what is less than 6 is exact. */
static void test_percentiles_of_censored_latencies(void **unused)
{
	(void)unused;
	struct latency latency = { 0 };
	for (int64_t ns = 10; ns > 0; ns--) {
		assert_int_equal(ns == 6 || ns == 9 ? latency_add_censored(&latency, ns)
						    : latency_add(&latency, &ns, 1),
			0);
	}
	latency_sort(&latency);
	assert_int_equal(latency.count, 10);
	assert_int_equal(latency.censored, 2);
	assert_int_equal(latency.censored_from_ns, 6);
	assert_int_equal(latency_percentile(&latency, 500), 5);
	assert_false(latency_is_bound(&latency, 5));
	assert_int_equal(latency_percentile(&latency, 600), 6);
	assert_true(latency_is_bound(&latency, 6));
	assert_true(latency_is_bound(&latency, 10));
	latency_finish(&latency);
	assert_false(latency_is_bound(&latency, 10));
}

static void test_merging(void **unused)
{
	(void)unused;
	static const int64_t all_ns[] = { 3, 1, 8, 9, 2, 7 };
	struct latency all = { 0 };
	struct latency plain = { 0 };
	struct latency early = { 0 };
	struct latency late = { 0 };
	assert_int_equal(latency_add(&plain, all_ns, 2), 0);
	assert_int_equal(latency_add_censored(&late, 8), 0);
	assert_int_equal(latency_add_censored(&late, 9), 0);
	assert_int_equal(latency_add(&early, all_ns + 4, 1), 0);
	assert_int_equal(latency_add_censored(&early, 7), 0);
	assert_int_equal(latency_merge(&all, &plain), 0);
	assert_int_equal(all.censored, 0);
	assert_int_equal(latency_merge(&all, &late), 0);
	assert_int_equal(all.censored_from_ns, 8);
	assert_int_equal(latency_merge(&all, &early), 0);
	assert_int_equal(latency_merge(&all, &(struct latency){ 0 }), 0);
	assert_int_equal(all.count, 6);
	assert_memory_equal(all.ns, all_ns, sizeof(all_ns));
	assert_int_equal(all.censored, 3);
	assert_int_equal(all.censored_from_ns, 7);
	latency_finish(&all);
	latency_finish(&plain);
	latency_finish(&early);
	latency_finish(&late);
}

static void test_file_of_censored_times(void **unused)
{
	(void)unused;
	struct latency latency = { 0 };
	assert_int_equal(latency_add_censored(&latency, 2500), 0);
	assert_int_equal(latency_add_censored(&latency, 2500), 0);
	expect_text(&latency, "       Value     Percentile TotalCount 1/(1-Percentile)\n"
			      "\n"
			      "       2.500 0.000000000000          2           1.00\n"
			      "       2.500 1.000000000000          2            inf\n"
			      "#[Mean    =        2.500, StdDeviation   =        0.000]\n"
			      "#[Max     =        2.500, Total count    =            2]\n"
			      "#[Buckets =            1, SubBuckets     =            1]\n"
			      "#[Censored =           2, from           =        2.500]\n");
	latency_finish(&latency);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_percentiles_of_1_to_1000),
		cmocka_unit_test(test_ranks_are_rounded_up),
		cmocka_unit_test(test_adding_keeps_what_was_there),
		cmocka_unit_test(test_file_of_ten_times),
		cmocka_unit_test(test_file_of_equal_times),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_percentiles_of_censored_latencies),
		cmocka_unit_test(test_merging),
		cmocka_unit_test(test_file_of_censored_times),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
