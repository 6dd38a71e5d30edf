/* Progress: when a run is called late, that no terminal can hang it, and lines without one. */
#include "progress.h"

#include "clock.h"
#include "test.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct plan no_rows;

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
	struct progress progress = { .plan = &no_rows };
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
	struct progress progress = { .plan = &no_rows };
	progress_begin(&progress);
	assert_null(progress.terminal);
	progress_end(&progress);
	dup2(kept, STDERR_FILENO);
}

/* Reads what is in the file, from its start. */
static void expect_text(int fd, const char *text)
{
	char read[256];
	ssize_t length = pread(fd, read, sizeof(read) - 1, 0);
	assert_true(length >= 0);
	read[length] = '\0';
	assert_string_equal(read, text);
}

/* Without a terminal: a line when the last one is old enough, and none unless asked for. */
static void test_lines(void **unused)
{
	struct row row = { .experiment = "times", .name = "times", .wanted = 4 };
	const struct plan plan = { .rows = &row, .count = 1 };
	struct progress progress = { .plan = &plan };
	int kept = dup(STDERR_FILENO);
	int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
	(void)unused;
	assert_true(fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
	unsetenv("GILBENCH_TERMINAL");
	setenv("GILBENCH_PROGRESS", "lines", 1);
	for (int interval = 0; interval < 2; interval++) {
		progress_begin(&progress);
		progress.line_ns -= interval * PROGRESS_INTERVAL_NS;
		progress_show(&progress, &row, 1, 4);
		progress_show(&progress, &row, 2, 4);
		progress_end(&progress);
		expect_text(fd, interval ? "1 of 4 samples, 0 s left\n" : "");
	}
	progress.quiet = true;
	progress_begin(&progress);
	assert_false(progress.lines);
	progress_end(&progress);
	unsetenv("GILBENCH_PROGRESS");
	progress.quiet = false;
	progress_begin(&progress);
	assert_false(progress.lines);
	progress_end(&progress);
	dup2(kept, STDERR_FILENO);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_late),
		cmocka_unit_test(test_terminal_that_is_a_fifo),
		cmocka_unit_test(test_terminal_that_is_missing),
		cmocka_unit_test(test_lines),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
