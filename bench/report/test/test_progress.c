/* Progress: when a run is called late, and that no terminal can hang it. */
#include "progress.h"

#include "clock.h"
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void test_late(void **unused)
{
	(void)unused;
	assert_false(progress_is_late(40, 40));
	assert_false(progress_is_late(40, 79));
	assert_true(progress_is_late(40, 81));
	/* A few seconds are not worth a line. */
	assert_false(progress_is_late(0.5, 9));
	assert_true(progress_is_late(0.5, 11));
}

/* Opening a FIFO for writing would wait for a reader; it is no terminal either. */
static void test_terminal_that_is_a_fifo(void **unused)
{
	(void)unused;
	char folder[] = "/tmp/gilbench-test-XXXXXX";
	char path[64];
	int kept = dup(STDERR_FILENO);
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/fifo", folder);
	assert_int_equal(mkfifo(path, 0600), 0);
	setenv("GILBENCH_TERMINAL", path, 1);
	assert_true(dup2(open("/dev/null", O_WRONLY), STDERR_FILENO) >= 0);
	struct progress progress = { 0 };
	progress_begin(&progress);
	assert_null(progress.terminal);
	progress_end(&progress);
	dup2(kept, STDERR_FILENO);
	unlink(path);
	rmdir(folder);
}

static void test_terminal_that_is_missing(void **unused)
{
	(void)unused;
	int kept = dup(STDERR_FILENO);
	setenv("GILBENCH_TERMINAL", "/nonexistent", 1);
	assert_true(dup2(open("/dev/null", O_WRONLY), STDERR_FILENO) >= 0);
	struct progress progress = { 0 };
	progress_begin(&progress);
	assert_null(progress.terminal);
	dup2(kept, STDERR_FILENO);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_terminal_that_is_a_fifo),
		cmocka_unit_test(test_terminal_that_is_missing),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
