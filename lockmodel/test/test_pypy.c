/* The lock of PyPy: it is handed over when a counter expires, and hardly ever before. */
#include "conformance.h"
#include "release_syscalls.h"
#include "test.h"

static void test_no_yield_alone(void **unused)
{
	(void)unused;
	team_expect_no_yield_alone("pypy:checkinterval=1");
}

/* Hand-over does not depend on time: threads that stay below the interval run one by one. */
static void test_no_hand_over_before_the_counter_expires(void **unused)
{
	(void)unused;
	struct team team = { .run = team_compute, .size = 4 };
	team_run_on("pypy:checkinterval=1000000000:poll=1us", &team);
	assert_int_equal(team_sum_acquisitions(&team), 4);
}

/* The counter expires at most once per 10001 bytecodes, which bounds the number of switches. */
static void test_counter_bounds_switches(void **unused)
{
	(void)unused;
	struct team team = { .run = team_compute, .size = 4 };
	team_run_on("pypy", &team);
	uint64_t bytecodes = 4 * 100000 * 3 * 3;
	assert_in_range(team_sum_acquisitions(&team), 4, 4 + bytecodes / 10001);
}

/*
 * Each check that finds the other thread waiting hands the lock over. The thread that gave it up
 * gets it back at once only if it entered the queue before the other one, which was late.
 */
static void test_check_hands_over(void **unused)
{
	(void)unused;
	struct hogs hogs = { .turns = 101 };
	struct team team = { .run = team_hog, .shared = &hogs, .size = 2 };
	team_run_on("pypy:checkinterval=100000", &team);
	const struct lockmodel_stats *stats = &team.members[0].stats;
	assert_true(stats->acquisitions >= 101);
	assert_true(stats->contended >= 100);
	assert_in_range(stats->switches, 1, stats->acquisitions);
	assert_int_equal(stats->drop_requests, 0);
}

/*
 * The number of turns of a loop between two checks. Each of two threads counts its turns from the
 * check at which it got the lock to the check at which it hands it over. Checks that find no other
 * thread waiting lie between, so the count is a multiple. When a thread ends it releases the lock
 * between two checks; counts after that are ignored.
 */
enum { HAND_OVERS = 30 };

struct counting {
	int64_t ticks_per_turn;
	uint64_t turns_per_check;
	int stop;     /* atomic */
	int released; /* guarded by the lock: a thread has ended */
};

static void count_turns(struct member *member)
{
	struct counting *counting = member->team->shared;
	uint64_t turns = 0;
	uint64_t hand_overs = 0;
	lockmodel_acquire(member->thread);
	while (!__atomic_load_n(&counting->stop, __ATOMIC_RELAXED)) {
		uint64_t before = member->thread->stats.acquisitions;
		lockmodel_checkpoint(member->thread, counting->ticks_per_turn);
		turns++;
		if (member->thread->stats.acquisitions != before && !counting->released) {
			member->result += turns % counting->turns_per_check != 0;
			turns = 0;
			if (member->index == 0 && ++hand_overs == HAND_OVERS) {
				__atomic_store_n(&counting->stop, 1, __ATOMIC_RELAXED);
			}
		}
	}
	counting->released = true;
	lockmodel_release(member->thread);
}

static void check_turns(const char *spec_text, int64_t ticks_per_turn, uint64_t turns_per_check)
{
	struct counting counting = { ticks_per_turn, turns_per_check, 0, 0 };
	struct team team = { .run = count_turns, .shared = &counting, .size = 2 };
	team_run_on(spec_text, &team);
	assert_int_equal(team.members[0].result, 0);
	assert_int_equal(team.members[1].result, 0);
}

/* A tick is three bytecodes; a turn of a compiled loop counts as a hundredth of a bytecode. */
static void test_turns_between_checks(void **unused)
{
	(void)unused;
	check_turns("pypy:checkinterval=3000", 1, 1001);
	check_turns("pypy:checkinterval=3000", 3, 334);
	check_turns("pypy", 3, 1112);
	check_turns("pypy:checkinterval=10:jit=on", 3, 1001);
	check_turns("pypy:jit=on", 3, 1000001);
}

/* The waiter polls: releasing the lock does not wake it. */
static void test_release_wakes_nobody(void **unused)
{
	(void)unused;
	release_syscalls_expect("pypy:poll=10s", 0, 0);
}

static void test_conformance_with_frequent_checks(void **unused)
{
	(void)unused;
	conformance_check("pypy:checkinterval=30:poll=20us");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_yield_alone),
		cmocka_unit_test(test_no_hand_over_before_the_counter_expires),
		cmocka_unit_test(test_counter_bounds_switches),
		cmocka_unit_test(test_check_hands_over),
		cmocka_unit_test(test_turns_between_checks),
		cmocka_unit_test(test_release_wakes_nobody),
		cmocka_unit_test(test_conformance_with_frequent_checks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
