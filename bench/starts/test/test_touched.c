/* Touched memory: how much is there, in which pages, and what is said where it is not to be had. */
#include "touched.h"

#include "test.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

static const int64_t MiB = INT64_C(1) << 20;

/* The address sanitizer needs address space of its own, and ends the program if there is none. */
#ifdef __SANITIZE_ADDRESS__
static const bool limits_address_space = false;
#else
static const bool limits_address_space = true;
#endif

static struct error error;
static struct touched_memory memory;

/* How many bytes of the mapping are in memory. */
static int64_t present(void)
{
	static unsigned char pages[1 << 16];
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	int64_t bytes = 0;
	assert_true(memory.size / page <= sizeof(pages));
	assert_int_equal(mincore(memory.mapping, memory.size, pages), 0);
	for (size_t i = 0; i < memory.size / page; i++) {
		bytes += (pages[i] & 1) ? (int64_t)page : 0;
	}
	return bytes;
}

static int init(int64_t bytes, bool huge)
{
	const struct touched wanted = { bytes, huge };
	error.text[0] = '\0';
	return touched_init(&memory, &wanted, &error);
}

static void test_none(void **unused)
{
	(void)unused;
	assert_int_equal(init(0, true), 0);
	assert_null(memory.mapping);
	touched_finish(&memory);
}

static void test_small_pages(void **unused)
{
	(void)unused;
	assert_int_equal(init(3 * MiB, false), 0);
	assert_int_equal(present(), 3 * MiB);
	assert_true(memory.huge_part == 0);
	touched_finish(&memory);
	assert_null(memory.mapping);
}

/* A huge page is there as a whole. Or the system gives none, and says so. */
static void test_huge_pages(void **unused)
{
	(void)unused;
	int result = init(1 * MiB, true);
	if (result) {
		assert_non_null(strstr(error.text, "huge pages"));
		assert_null(memory.mapping);
		skip();
	}
	assert_true(memory.huge_part >= 0.9);
	assert_int_equal(present(), memory.size);
	touched_finish(&memory);
}

static void test_more_than_the_machine_has(void **unused)
{
	(void)unused;
	assert_int_equal(init(INT64_C(1) << 50, false), -ENOMEM);
	assert_non_null(strstr(error.text, "too little memory to touch 1048576GiB: "));
	assert_null(memory.mapping);
}

static void test_more_than_may_be_mapped(void **unused)
{
	(void)unused;
	struct rlimit before;
	if (!limits_address_space) {
		skip();
	}
	assert_int_equal(getrlimit(RLIMIT_AS, &before), 0);
	const struct rlimit limit = { 32 << 20, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_AS, &limit), 0);
	int result = init(64 * MiB, false);
	setrlimit(RLIMIT_AS, &before);
	assert_int_equal(result, -ENOMEM);
	assert_string_equal(error.text, "could not map 64MiB of memory: Cannot allocate memory");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_none),
		cmocka_unit_test(test_small_pages),
		cmocka_unit_test(test_huge_pages),
		cmocka_unit_test(test_more_than_the_machine_has),
		cmocka_unit_test(test_more_than_may_be_mapped),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
