/*
 * Kernels: every one in the registry is held to kernel.h, and to values computed here in the most
 * naive way. Checkpoints are counted by locks that are taken at each of them.
 */
#include "kernel_suite.h"
#include "random.h"

#include <string.h>

/*
 * chase is large unless told otherwise; the second size is of no power of two. The second pace of
 * countdown is one at which several turns share a checkpoint.
 */
static const char *const specs[] = { "countdown", "countdown:turn=20ns", "countdown:turn=1ns",
	"primes", "mandelbrot", "chase:size=64KiB", "chase:size=65600B" };

static void for_each_spec(void (*test)(const struct subject *subject))
{
	for (size_t i = 0; i < LENGTH(specs); i++) {
		struct subject subject;
		print_message("  %s\n", specs[i]);
		set_up(&subject, specs[i], "none");
		test(&subject);
		tear_down(&subject);
	}
}

/* --- what all must hold ---------------------------------------------------------------------- */

static void test_registry_is_covered(void **unused)
{
	(void)unused;
	for (size_t i = 0; kernel_at(i); i++) {
		size_t found = 0;
		assert_ptr_equal(kernel_form(i), &kernel_at(i)->form);
		assert_true(kernel_at(i)->run_bare && kernel_at(i)->run_polling);
		assert_true(!kernel_at(i)->create == !kernel_at(i)->destroy);
		assert_true(kernel_at(i)->create || !kernel_at(i)->set_pace);
		for (size_t k = 0; k < LENGTH(specs); k++) {
			found += find_kernel(specs[k]) == kernel_at(i);
		}
		assert_true(found > 0); /* or no test runs it */
	}
	assert_null(kernel_form(1000));
}

/* The sum over `parts` ranges, each about as long as all those before it. */
static uint64_t sum_of_parts(
	const struct subject *subject, uint64_t first, uint64_t count, uint64_t parts, bool polling)
{
	uint64_t sum = 0;
	uint64_t begin = 0;
	for (uint64_t part = 1; part <= parts; part++) {
		uint64_t end = count >> (parts - part);
		sum += polling ? run_polling(subject, first + begin, end - begin)
			       : run_bare(subject, first + begin, end - begin);
		begin = end;
	}
	return sum;
}

static void check_splits(const struct subject *subject)
{
	static const uint64_t firsts[] = { 0, 1, 987654321 };
	static const uint64_t parts[] = { 1, 2, 3, 7 };
	enum { UNITS = 700 + 1 };
	for (size_t i = 0; i < LENGTH(firsts) * LENGTH(parts); i++) {
		uint64_t first = firsts[i / LENGTH(parts)];
		uint64_t split = parts[i % LENGTH(parts)];
		uint64_t whole = run_bare(subject, first, UNITS);
		assert_true(sum_of_parts(subject, first, UNITS, split, false) == whole);
		assert_true(sum_of_parts(subject, first, UNITS, split, true) == whole);
	}
	assert_true(run_bare(subject, 5, 0) == 0);
	assert_true(run_polling(subject, 5, 0) == 0);
}

static void test_any_split_gives_the_same_sum(void **unused)
{
	(void)unused;
	for_each_spec(check_splits);
}

static void check_same(const char *spec_text, int64_t cache_bytes, const char *same_as)
{
	const struct kernel *kernel = find_kernel(spec_text);
	void *data = make_data(spec_text, cache_bytes);
	void *same = make_data(same_as, 0);
	assert_true(kernel->run_bare(data, 3, 5000) == kernel->run_bare(same, 3, 5000));
	if (kernel->destroy) {
		kernel->destroy(data);
		kernel->destroy(same);
	}
}

static void test_two_creations_are_alike(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < LENGTH(specs); i++) {
		check_same(specs[i], 0, specs[i]);
	}
}

/* A unit whose own checksum is 0 (a candidate that is no prime, slot 0) would not be missed. */
static void check_missing_unit(const struct subject *subject)
{
	enum { UNITS = 200 };
	uint64_t missed = 0;
	uint64_t whole = run_bare(subject, 0, UNITS);
	for (uint64_t unit = 0; unit < UNITS; unit++) {
		uint64_t rest =
			run_bare(subject, 0, unit) + run_bare(subject, unit + 1, UNITS - unit - 1);
		assert_true((rest != whole) == (run_bare(subject, unit, 1) != 0));
		missed += rest != whole;
	}
	assert_true(missed > 0);
}

static void test_missing_unit_shows(void **unused)
{
	(void)unused;
	for_each_spec(check_missing_unit);
}

/* --- values, the naive way ------------------------------------------------------------------- */

/* Of a kernel that has nothing to create. */
static uint64_t sum_of(const char *name, uint64_t first, uint64_t count)
{
	return find_kernel(name)->run_bare(NULL, first, count);
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

static void test_primes_are_the_primes(void **unused)
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
	/* The first primes above 10^9, by heart. */
	assert_true(sum_of("primes", 0, 11) == UINT64_C(1000000007) + 1000000009 + 1000000021);
}

static void test_primes_begin_again(void **unused)
{
	(void)unused;
	const uint64_t end = 1600000000;
	uint64_t candidate = FIRST_CANDIDATE + 2 * (end - 1);
	assert_true(sum_of("primes", end - 40, 80) ==
		    sum_of("primes", end - 40, 40) + sum_of("primes", 0, 40));
	assert_true(sum_of("primes", end - 1, 1) == (is_prime(candidate) ? candidate : 0));
}

/*
 * Of the point number `unit`, in a wider type, in which the steps of the kernel are not repeated.
 */
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
 * Next to the border of the set the two precisions part; points that leave soon, or are well
 * inside, do not.
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
	/* The set fills a quarter of the rectangle (1.5066 of 6.25). */
	assert_in_range(inside, 30, 70);
}

/*
 * A unit walks 256 slots. With a number of slots that has no common divisor with 256, these walks
 * themselves make up one cycle through all slots exactly if the single steps do. Where a walk
 * begins follows from its number.
 */
static void test_chase_is_one_cycle(void **unused)
{
	(void)unused;
	enum { SLOTS = 1025, UNKNOWN = -1 };
	struct subject subject;
	int64_t end_of[SLOTS];
	int64_t left = SLOTS;
	set_up(&subject, "chase:size=65600B", "none");
	memset(end_of, UNKNOWN, sizeof(end_of));
	for (uint64_t unit = 0; left > 0; unit++) {
		uint64_t state = unit;
		int64_t *end = &end_of[random_next(&state) % SLOTS];
		left -= *end == UNKNOWN;
		*end = (int64_t)run_bare(&subject, unit, 1);
		assert_in_range(*end, 0, SLOTS - 1);
	}
	int64_t slot = end_of[0];
	int64_t length = 1;
	for (; slot != 0 && length <= SLOTS; length++) {
		slot = end_of[slot];
	}
	assert_int_equal(length, SLOTS);
	tear_down(&subject);
}

static void test_chase_is_twice_the_cache(void **unused)
{
	(void)unused;
	check_same("chase", 64 << 10, "chase:size=128KiB");
	check_same("chase", 3 << 20, "chase:size=6MiB");
	check_same("chase", 0, "chase:size=64MiB");
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

/* A mutex is taken at the start and at each poll. */
static void test_one_poll_per_turn(void **unused)
{
	(void)unused;
	uint64_t divisions = 0;
	for (uint64_t unit = 20; unit < 60; unit++) {
		divisions += count_divisions(FIRST_CANDIDATE + 2 * unit);
	}
	uint64_t iterations = sum_of("mandelbrot", 20, 40);
	assert_int_equal(count_acquisitions("countdown", "mutex", 20, 40), 1 + 40);
	assert_int_equal(count_acquisitions("primes", "mutex", 20, 40), 1 + divisions);
	assert_int_equal(count_acquisitions("mandelbrot", "mutex", 20, 40), 1 + iterations);
	assert_int_equal(
		count_acquisitions("chase:size=64KiB", "mutex", 20, 40), 1 + UINT64_C(256) * 40);
}

static void test_ticks(void **unused)
{
	(void)unused;
	check_ticks("countdown", "cpython2", 101, 101000, UINT64_C(3) * 101000);
	check_ticks("countdown", "cpython2", 101, 1, UINT64_C(3));
	check_ticks("countdown", "cpython2:checkinterval=10", 11, 12345, UINT64_C(3) * 12345);
	check_ticks("countdown", "cpython2:checkinterval=1", 2, 999, UINT64_C(3) * 999);
	check_ticks("chase:size=64KiB", "cpython2", 101, 40, UINT64_C(256) * 40);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_registry_is_covered),
		cmocka_unit_test(test_any_split_gives_the_same_sum),
		cmocka_unit_test(test_two_creations_are_alike),
		cmocka_unit_test(test_missing_unit_shows),
		cmocka_unit_test(test_countdown_counts),
		cmocka_unit_test(test_primes_are_the_primes),
		cmocka_unit_test(test_primes_begin_again),
		cmocka_unit_test(test_mandelbrot_points),
		cmocka_unit_test(test_chase_is_one_cycle),
		cmocka_unit_test(test_chase_is_twice_the_cache),
		cmocka_unit_test(test_one_poll_per_turn),
		cmocka_unit_test(test_ticks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
