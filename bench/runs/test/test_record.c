/* Records: what is put into one comes out of a pipe as it was, however it arrives in pieces. */
#include "record.h"
#include "test.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static void test_records_arrive_whole(void **unused)
{
	(void)unused;
	struct record_buffer out = { 0 };
	struct record_buffer in = { 0 };
	struct record record;
	int ends[2];
	int number = 0;
	assert_int_equal(pipe(ends), 0);
	for (int i = 1; i <= 3; i++) {
		record_begin(&out, RECORD_WORK);
		record_put(&out, &i, sizeof(i));
		assert_int_equal(record_send(&out, ends[1]), 0);
	}
	record_begin(&out, RECORD_ERROR);
	assert_int_equal(record_send(&out, ends[1]), 0);
	close(ends[1]);
	assert_true(record_receive(&in, ends[0]) > 0);
	for (int i = 1; i <= 3; i++) {
		assert_true(record_take(&in, &record));
		assert_int_equal(record.kind, RECORD_WORK);
		assert_true(record_get(&record, &number, sizeof(number)));
		assert_int_equal(number, i);
		assert_false(record_get(&record, &number, 1));
	}
	assert_true(record_take(&in, &record));
	assert_int_equal(record.kind, RECORD_ERROR);
	assert_int_equal(record.left, 0);
	assert_false(record_take(&in, &record));
	assert_int_equal(record_receive(&in, ends[0]), 0);
	close(ends[0]);
	record_finish(&out);
	record_finish(&in);
}

static void test_half_a_record_is_none(void **unused)
{
	(void)unused;
	struct record_buffer out = { 0 };
	struct record_buffer in = { 0 };
	struct record record;
	char text[100] = "some text";
	char got[100];
	int ends[2];
	assert_int_equal(pipe(ends), 0);
	record_begin(&out, RECORD_SAMPLE);
	record_put(&out, text, sizeof(text));
	assert_int_equal(record_send(&out, ends[1]), 0);
	/* The same bytes again, one at a time. */
	assert_int_equal(read(ends[0], got, 1), 1);
	assert_int_equal(record_receive(&in, ends[0]), (long)out.count - 1);
	record_finish(&in);
	for (size_t i = 0; i < out.count; i++) {
		assert_false(record_take(&in, &record));
		assert_int_equal(write(ends[1], out.bytes + i, 1), 1);
		assert_int_equal(record_receive(&in, ends[0]), 1);
	}
	assert_true(record_take(&in, &record));
	assert_true(record_get(&record, got, sizeof(got)));
	assert_memory_equal(got, text, sizeof(got));
	close(ends[0]);
	close(ends[1]);
	record_finish(&out);
	record_finish(&in);
}

static void test_errors_of_the_system(void **unused)
{
	(void)unused;
	struct record_buffer buffer = { 0 };
	record_begin(&buffer, RECORD_PLAN);
	assert_int_equal(record_send(&buffer, -1), -EBADF);
	assert_int_equal(record_receive(&buffer, -1), -EBADF);
	buffer.no_memory = true;
	assert_int_equal(record_send(&buffer, STDOUT_FILENO), -ENOMEM);
	record_finish(&buffer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records_arrive_whole),
		cmocka_unit_test(test_half_a_record_is_none),
		cmocka_unit_test(test_errors_of_the_system),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
