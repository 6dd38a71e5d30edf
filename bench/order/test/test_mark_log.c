/* Tests of the log of marks: what it keeps, its runs, and what is lost. */
#include "mark_check.h"
#include "mark_log.h"

#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { ROOM = 1000, WORKERS = 3 };

static struct mark_log *create(size_t room)
{
	struct mark_log *log =
		aligned_alloc(_Alignof(struct mark_log), (mark_log_size(room) / 128 + 1) * 128);
	assert_non_null(log);
	memset(log, 0, mark_log_size(room));
	mark_log_init(log, room);
	return log;
}

/* A log with a mark for each digit, which is the number of a worker. */
static struct mark_log *of(const char *digits)
{
	struct mark_log *log = create(ROOM);
	for (; *digits; digits++) {
		assert_true(mark_log_append(log, *digits - '0'));
	}
	return log;
}

static void expect_runs(const char *digits, struct mark_runs wanted)
{
	struct mark_log *log = of(digits);
	struct mark_runs runs;
	assert_int_equal(mark_log_find_runs(log, &runs), 0);
	assert_int_equal(runs.marks, wanted.marks);
	assert_int_equal(runs.runs, wanted.runs);
	assert_int_equal(runs.p50, wanted.p50);
	assert_int_equal(runs.p90, wanted.p90);
	assert_int_equal(runs.longest, wanted.longest);
	free(log);
}

static void test_runs(void **unused)
{
	(void)unused;
	expect_runs("", (struct mark_runs){ 0 });
	expect_runs("0", (struct mark_runs){ 1, 1, 1, 1, 1 });
	expect_runs("0000", (struct mark_runs){ 4, 1, 4, 4, 4 });
	expect_runs("0101", (struct mark_runs){ 4, 4, 1, 1, 1 });
	expect_runs("001110222", (struct mark_runs){ 9, 4, 2, 3, 3 });
	/* Ten runs, of 1 to 10 marks. */
	expect_runs("0110001111000001111110000000111111110000000001111111111",
		(struct mark_runs){ 55, 10, 5, 9, 10 });
}

static void test_a_full_log_refuses(void **unused)
{
	(void)unused;
	struct mark_log *log = create(2);
	struct mark_runs runs;
	assert_true(mark_log_append(log, 0));
	assert_true(mark_log_append(log, MARK_LOG_WORKERS_MAX - 1));
	assert_false(mark_log_append(log, 0));
	assert_int_equal(mark_log_find_runs(log, &runs), 0);
	assert_int_equal(runs.marks, 2);
	free(log);
}

static int check(
	const char *digits, const size_t *appended, bool may_lose, size_t lost, struct error *error)
{
	struct mark_log *log = of(digits);
	struct mark_check found;
	int result = mark_check(log, appended, WORKERS, may_lose, &found, error);
	assert_true(result || found.lost == lost);
	free(log);
	return result;
}

static void test_nothing_is_lost(void **unused)
{
	(void)unused;
	struct error error = { "" };
	assert_int_equal(check("0012", (size_t[]){ 2, 1, 1 }, false, 0, &error), 0);
	assert_int_equal(check("", (size_t[]){ 0, 0, 0 }, false, 0, &error), 0);
}

static void test_lost_marks_are_counted_or_refused(void **unused)
{
	(void)unused;
	struct error error = { "" };
	static const size_t appended[] = { 3, 1, 2 };
	assert_int_equal(check("0012", appended, true, 2, &error), 0);
	assert_int_equal(check("0012", appended, false, 2, &error), -EBADMSG);
	assert_string_equal(error.text, "2 of 6 marks are lost, although only one worker at a time "
					"can append");
}

/* As many marks as were appended, but not those. */
static void test_foreign_marks_are_refused(void **unused)
{
	(void)unused;
	struct error error = { "" };
	assert_int_equal(check("0011", (size_t[]){ 3, 1, 0 }, true, 0, &error), -EBADMSG);
	assert_int_equal(check("0003", (size_t[]){ 3, 1, 0 }, true, 0, &error), -EBADMSG);
	assert_string_equal(error.text, "the log has marks that nobody appended");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_runs),
		cmocka_unit_test(test_a_full_log_refuses),
		cmocka_unit_test(test_nothing_is_lost),
		cmocka_unit_test(test_lost_marks_are_counted_or_refused),
		cmocka_unit_test(test_foreign_marks_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
