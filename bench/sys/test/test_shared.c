/* Shared memory: zeroed, shared with forked processes, and refused with a reason. */
#include "shared.h"
#include "test.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static void test_is_zeroed_and_shared(void **unused)
{
	(void)unused;
	enum { SIZE = 10000 };
	struct error error = { "" };
	char *memory = shared_create(SIZE, &error);
	assert_non_null(memory);
	for (int i = 0; i < SIZE; i++) {
		assert_int_equal(memory[i], 0);
	}
	pid_t child = fork();
	if (child == 0) {
		memory[SIZE - 1] = 42;
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	assert_int_equal(memory[SIZE - 1], 42);
	shared_destroy(memory, SIZE);
}

static void test_too_large(void **unused)
{
	(void)unused;
	struct error error = { "" };
	assert_null(shared_create(SIZE_MAX / 2, &error));
	assert_non_null(strstr(error.text, "could not map "));
	assert_non_null(strstr(error.text, " bytes of shared memory: Cannot allocate memory"));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_is_zeroed_and_shared),
		cmocka_unit_test(test_too_large),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
