/*
 * Sessions whose lines are mangled, missing, repeated or swapped: none does harm, and whatever is
 * accepted is possible.
 */
#include "session_suite.h"
#include "test.h"

#include "random.h"

#include <inttypes.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const char *const transcript[] = { "gilbench 1", "start %P", "process 0 %P", "process 1 %P",
	"ready", "span 0 %W-500 %W-400 500", "span 1 %W %W 500", "done" };

/* What often breaks a parser. */
static const char *const fragments[] = { "", " ", "-", "9223372036854775807", "9223372036854775808",
	"99999999999999999999", "\x1b", "\xff", "%n%s", "error ", "done", "ready", "span 0",
	"thread 0", "\t", "0x", "1e9", "." };

/* Replaces a part of the line by a fragment. */
static void mangle(char line[SUITE_LINE_MAX], uint64_t *random)
{
	char rest[SUITE_LINE_MAX];
	size_t length = strlen(line);
	size_t start = random_next(random) % (length + 1);
	size_t end = start + random_next(random) % (length - start + 1);
	memcpy(rest, line + end, length - end + 1);
	snprintf(line + start, SUITE_LINE_MAX - start, "%s%s",
		fragments[random_next(random) % LENGTH(fragments)], rest);
}

/* A transcript in which lines may be mangled, missing, repeated or swapped. */
static void play(uint64_t *random)
{
	suite_reset();
	int result = 0;
	for (size_t i = 0; !result && i < LENGTH(transcript); i++) {
		char line[SUITE_LINE_MAX];
		uint64_t choice = random_next(random) % 32;
		size_t source = choice == 0 ? random_next(random) % LENGTH(transcript) : i;
		suite_expand(transcript[source], line);
		if (choice == 1) {
			mangle(line, random);
		}
		if (choice != 2) {
			result = suite_take(line);
		}
		if (choice == 3 && !result) {
			result = suite_take(line);
		}
	}
	int end = session_end(suite_session, &suite_error);
	assert_true(result <= 0 && end <= 0);
	if (!result && !end) {
		/* Whatever was accepted is possible. */
		uint64_t units = 0;
		for (int i = 0; i < SUITE_WORKERS; i++) {
			const struct span *span = &suite_session->reports[i].span;
			assert_true(suite_session->reports[i].reported);
			assert_true(span->start_ns <= span->end_ns);
			assert_true(session_is_time(suite_session, span->start_ns));
			assert_true(session_is_time(suite_session, span->end_ns));
			units += span->units;
		}
		assert_int_equal(units, SUITE_UNITS);
	} else {
		assert_true(suite_error.text[0]);
	}
	suite_count_answers();
}

static void test_mangled_sessions(void **unused)
{
	(void)unused;
	enum { SESSIONS = 10000 };
	uint64_t random = 42;
	for (int i = 0; i < SESSIONS; i++) {
		play(&random);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, suite_set_up, suite_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_mangled_sessions),
	};
	return cmocka_run_group_tests(tests, suite_start_program, suite_stop_program);
}
