/*
 * Tests of kernels: each kernel in the registry fulfils the contract of kernel.h, computes the
 * values of a naive reference implementation, and passes the right number of checkpoints.
 */
#include "kernel_suite.h"
#include "random.h"

#include <string.h>

/*
 * chase with small sizes, one of them not a power of two; at the second pace of countdown, several
 * turns share a checkpoint.
 */
static const char *const specs[] = { "countdown", "countdown:turn=20ns", "countdown:turn=1ns",
	"primes", "mandelbrot", "chase:size=64KiB", "chase:size=65600B" };

static void for_each_spec(void (*test)(const struct suite_kernel *ready))
{
	for (size_t i = 0; i < LENGTH(specs); i++) {
		struct suite_kernel ready;
		print_message("  %s\n", specs[i]);
		suite_kernel_init(&ready, specs[i], "none");
		test(&ready);
		suite_kernel_finish(&ready);
	}
}

/* --- the contract of all kernels ------------------------------------------------------------- */

static void test_registry_is_covered(void **unused)
{
	(void)unused;
	for (size_t i = 0; kernel_at(i); i++) {
		size_t found = 0;
		assert_ptr_equal(kernel_form(i), &kernel_at(i)->form);
		assert_true(kernel_at(i)->run_bare && kernel_at(i)->run_polling);
		assert_true(!kernel_at(i)->create == !kernel_at(i)->destroy);
		assert_true(kernel_at(i)->create || !kernel_at(i)->set_pace);
		assert_true(!kernel_at(i)->set_pace == !kernel_at(i)->scale_pace);
		for (size_t k = 0; k < LENGTH(specs); k++) {
			found += suite_find_kernel(specs[k]) == kernel_at(i);
		}
		assert_true(found > 0); /* otherwise no test runs it */
	}
	assert_null(kernel_form(1000));
}

/* The sum over `parts` ranges, each about as long as all previous ones together. */
static uint64_t sum_of_parts(const struct suite_kernel *ready, uint64_t first, uint64_t count,
	uint64_t parts, bool polling)
{
	uint64_t sum = 0;
	uint64_t begin = 0;
	for (uint64_t part = 1; part <= parts; part++) {
		uint64_t end = count >> (parts - part);
		sum += polling ? suite_run_polling(ready, first + begin, end - begin)
			       : suite_run_bare(ready, first + begin, end - begin);
		begin = end;
	}
	return sum;
}

static void check_splits(const struct suite_kernel *ready)
{
	static const uint64_t firsts[] = { 0, 1, 987654321 };
	static const uint64_t parts[] = { 1, 2, 3, 7 };
	enum { UNITS = 700 + 1 };
	for (size_t i = 0; i < LENGTH(firsts) * LENGTH(parts); i++) {
		uint64_t first = firsts[i / LENGTH(parts)];
		uint64_t split = parts[i % LENGTH(parts)];
		uint64_t whole = suite_run_bare(ready, first, UNITS);
		assert_true(sum_of_parts(ready, first, UNITS, split, false) == whole);
		assert_true(sum_of_parts(ready, first, UNITS, split, true) == whole);
	}
	assert_true(suite_run_bare(ready, 5, 0) == 0);
	assert_true(suite_run_polling(ready, 5, 0) == 0);
}

static void test_any_split_gives_the_same_sum(void **unused)
{
	(void)unused;
	for_each_spec(check_splits);
}

static void expect_equal_sums(const char *spec_text, int64_t cache_bytes, const char *same_as)
{
	const struct kernel *kernel = suite_find_kernel(spec_text);
	void *data = suite_create_data(spec_text, cache_bytes);
	void *same = suite_create_data(same_as, 0);
	assert_true(kernel->run_bare(data, 3, 5000) == kernel->run_bare(same, 3, 5000));
	if (kernel->destroy) {
		kernel->destroy(data);
		kernel->destroy(same);
	}
}

static void test_equal_specs_give_equal_sums(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < LENGTH(specs); i++) {
		expect_equal_sums(specs[i], 0, specs[i]);
	}
}

/* Leaving out a unit changes the sum unless its checksum is 0 (a composite candidate, slot 0). */
static void check_missing_unit(const struct suite_kernel *ready)
{
	enum { UNITS = 200 };
	uint64_t missed = 0;
	uint64_t whole = suite_run_bare(ready, 0, UNITS);
	for (uint64_t unit = 0; unit < UNITS; unit++) {
		uint64_t rest = suite_run_bare(ready, 0, unit) +
				suite_run_bare(ready, unit + 1, UNITS - unit - 1);
		assert_true((rest != whole) == (suite_run_bare(ready, unit, 1) != 0));
		missed += rest != whole;
	}
	assert_true(missed > 0);
}

static void test_missing_unit_changes_the_sum(void **unused)
{
	(void)unused;
	for_each_spec(check_missing_unit);
}

/* --- values ---------------------------------------------------------------------------------- */

/* For a kernel without data. */
static uint64_t sum_of(const char *name, uint64_t first, uint64_t count)
{
	return suite_find_kernel(name)->run_bare(NULL, first, count);
}

static void test_countdown_counts(void **unused)
{
	(void)unused;
	assert_true(sum_of("countdown", 0, 1) == 1);
	assert_true(sum_of("countdown", 17, 123456) == 123456);
}

enum { FIRST_CANDIDATE = 1000000001 };

static bool is_prime(uint64_t number)
{
	for (uint64_t divisor = 2; divisor * divisor <= number; divisor++) {
		if (number % divisor == 0) {
			return false;
		}
	}
	return number > 1;
}

static void test_primes(void **unused)
{
	(void)unused;
	uint64_t sum = 0;
	for (uint64_t unit = 0; unit < 300; unit++) {
		uint64_t candidate = FIRST_CANDIDATE + 2 * unit;
		uint64_t expected = is_prime(candidate) ? candidate : 0;
		assert_true(sum_of("primes", unit, 1) == expected);
		sum += expected;
	}
	assert_true(sum_of("primes", 0, 300) == sum);
	/* The first three primes above 10^9. */
	assert_true(sum_of("primes", 0, 11) == UINT64_C(1000000007) + 1000000009 + 1000000021);
}

static void test_primes_repeat(void **unused)
{
	(void)unused;
	const uint64_t end = 1600000000;
	uint64_t candidate = FIRST_CANDIDATE + 2 * (end - 1);
	assert_true(sum_of("primes", end - 40, 80) ==
		    sum_of("primes", end - 40, 40) + sum_of("primes", 0, 40));
	assert_true(sum_of("primes", end - 1, 1) == (is_prime(candidate) ? candidate : 0));
}

/* The escape time of point number `unit`, computed in a wider type than the kernel's. */
static uint64_t escape_time(uint64_t unit)
{
	const long double scale = 18446744073709551616.0L;
	long double x = -2 + 2.5L * (long double)(unit * UINT64_C(0xC13FA9A902A6328F)) / scale;
	long double y = -1.25L + 2.5L * (long double)(unit * UINT64_C(0x91E10DA5C79E7B1D)) / scale;
	long double re = 0;
	long double im = 0;
	for (uint64_t n = 0; n < 1000; n++) {
		if (re * re + im * im > 4) {
			return n;
		}
		long double square = re * re - im * im;
		im = y + 2 * im * re;
		re = square + x;
	}
	return 1000;
}

/*
 * Near the boundary of the set the two precisions give different results; points that escape early
 * or never do not depend on the precision.
 */
static void test_mandelbrot_points(void **unused)
{
	(void)unused;
	uint64_t inside = 0;
	for (uint64_t unit = 0; unit < 200; unit++) {
		uint64_t expected = escape_time(unit);
		if (expected < 40 || expected == 1000) {
			assert_true(sum_of("mandelbrot", unit, 1) == expected);
		}
		inside += expected == 1000;
	}
	/* The set covers a quarter of the rectangle (1.5066 of 6.25). */
	assert_in_range(inside, 30, 70);
}

/*
 * A unit walks 256 slots. If the number of slots is coprime to 256, the walks form one cycle
 * through all slots if and only if the single steps do.
 */
static void test_chase_is_one_cycle(void **unused)
{
	(void)unused;
	enum { SLOTS = 1025, UNKNOWN = -1 };
	struct suite_kernel ready;
	int64_t end_of[SLOTS];
	int64_t left = SLOTS;
	suite_kernel_init(&ready, "chase:size=65600B", "none");
	memset(end_of, UNKNOWN, sizeof(end_of));
	for (uint64_t unit = 0; left > 0; unit++) {
		uint64_t state = unit;
		int64_t *end = &end_of[random_next(&state) % SLOTS];
		left -= *end == UNKNOWN;
		*end = (int64_t)suite_run_bare(&ready, unit, 1);
		assert_in_range(*end, 0, SLOTS - 1);
	}
	int64_t slot = end_of[0];
	int64_t length = 1;
	for (; slot != 0 && length <= SLOTS; length++) {
		slot = end_of[slot];
	}
	assert_int_equal(length, SLOTS);
	suite_kernel_finish(&ready);
}

static void test_chase_is_twice_the_cache(void **unused)
{
	(void)unused;
	expect_equal_sums("chase", 64 << 10, "chase:size=128KiB");
	expect_equal_sums("chase", 3 << 20, "chase:size=6MiB");
	expect_equal_sums("chase", 0, "chase:size=64MiB");
}

/* --- checkpoints ----------------------------------------------------------------------------- */

/* The number of pairs (5, 7), (11, 13), ... that are tried on a candidate. */
static uint64_t count_divisions(uint64_t candidate)
{
	uint64_t pairs = 0;
	for (uint64_t divisor = 5; candidate % 3 != 0 && divisor * divisor <= candidate;
		divisor += 6) {
		pairs++;
		if (candidate % divisor == 0 || candidate % (divisor + 2) == 0) {
			break;
		}
	}
	return pairs;
}

/* A mutex is acquired at the start and at each checkpoint. */
static void test_one_checkpoint_per_iteration(void **unused)
{
	(void)unused;
	uint64_t divisions = 0;
	for (uint64_t unit = 20; unit < 60; unit++) {
		divisions += count_divisions(FIRST_CANDIDATE + 2 * unit);
	}
	uint64_t iterations = sum_of("mandelbrot", 20, 40);
	assert_int_equal(suite_count_acquisitions("countdown", "mutex", 20, 40), 1 + 40);
	assert_int_equal(suite_count_acquisitions("primes", "mutex", 20, 40), 1 + divisions);
	assert_int_equal(suite_count_acquisitions("mandelbrot", "mutex", 20, 40), 1 + iterations);
	assert_int_equal(suite_count_acquisitions("chase:size=64KiB", "mutex", 20, 40),
		1 + UINT64_C(256) * 40);
}

static void test_ticks(void **unused)
{
	(void)unused;
	suite_expect_ticks("countdown", "cpython2", 101, 101000, UINT64_C(3) * 101000);
	suite_expect_ticks("countdown", "cpython2", 101, 1, UINT64_C(3));
	suite_expect_ticks(
		"countdown", "cpython2:checkinterval=10", 11, 12345, UINT64_C(3) * 12345);
	suite_expect_ticks("countdown", "cpython2:checkinterval=1", 2, 999, UINT64_C(3) * 999);
	suite_expect_ticks("chase:size=64KiB", "cpython2", 101, 40, UINT64_C(256) * 40);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registry_is_covered),
		cmocka_unit_test(test_any_split_gives_the_same_sum),
		cmocka_unit_test(test_equal_specs_give_equal_sums),
		cmocka_unit_test(test_missing_unit_changes_the_sum),
		cmocka_unit_test(test_countdown_counts),
		cmocka_unit_test(test_primes),
		cmocka_unit_test(test_primes_repeat),
		cmocka_unit_test(test_mandelbrot_points),
		cmocka_unit_test(test_chase_is_one_cycle),
		cmocka_unit_test(test_chase_is_twice_the_cache),
		cmocka_unit_test(test_one_checkpoint_per_iteration),
		cmocka_unit_test(test_ticks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
