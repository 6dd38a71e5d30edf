/* What PyPy's lock promises: it changes hands when a count is reached, and hardly ever before. */
#include "team.h"
#include "test.h"

/* With nobody waiting, a check is nothing. */
static void test_alone_it_never_gives_way(void **unused)
{
	(void)unused;
	struct lockmodel_stats stats = team_compute_alone("pypy:checkinterval=1");
	assert_int_equal(stats.acquisitions, 1);
	assert_int_equal(stats.contended, 0);
	assert_int_equal(stats.waited_ns, 0);
}

/* Time has no part in it: threads that stay below the interval run one after the other. */
static void test_no_hand_over_before_the_count(void **unused)
{
	(void)unused;
	struct team team = {
		.lock = team_lock("pypy:checkinterval=1000000000:poll=1us"),
		.run = team_compute,
		.size = 4,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	assert_int_equal(team_sum_acquisitions(&team), 4);
	lockmodel_destroy(team.lock);
}

/* A check comes with every 10001st bytecode at the earliest: there cannot be more switches. */
static void test_switches_are_bounded_by_the_count(void **unused)
{
	(void)unused;
	struct team team = { .lock = team_lock("pypy"), .run = team_compute, .size = 4 };
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	uint64_t bytecodes = 4 * 100000 * 3 * 3;
	assert_in_range(team_sum_acquisitions(&team), 4, 4 + bytecodes / 10001);
	lockmodel_destroy(team.lock);
}

/*
 * Two threads take turns at each check that finds the other one waiting, and the one that gave way
 * gets the lock back at once only if it was in the queue before the other, which was late.
 */
static void test_a_check_is_a_hand_over(void **unused)
{
	(void)unused;
	struct hogs hogs = { .turns = 101 };
	struct team team = {
		.lock = team_lock("pypy:checkinterval=100000"),
		.run = team_hog,
		.shared = &hogs,
		.size = 2,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	const struct lockmodel_stats *stats = &team.members[0].stats;
	assert_true(stats->acquisitions >= 101);
	assert_true(stats->contended >= 100);
	assert_in_range(stats->switches, 1, stats->acquisitions);
	assert_int_equal(stats->drop_requests, 0);
	lockmodel_destroy(team.lock);
}

/*
 * How many turns there are between two checks: two threads count the turns from when one gets the
 * lock at a check until it gives it up at one. Checks that find nobody waiting come between, so
 * that it is a multiple. At the end the lock is given up in between, so what comes after that is
 * left out.
 */
enum { HAND_OVERS = 30 };

struct counting {
	int64_t ticks_per_turn;
	uint64_t turns_per_check;
	int stop;     /* atomic */
	int released; /* under the lock: not by a check any more */
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
	struct team team = {
		.lock = team_lock(spec_text),
		.run = count_turns,
		.shared = &counting,
		.size = 2,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	assert_int_equal(team.members[0].result, 0);
	assert_int_equal(team.members[1].result, 0);
	lockmodel_destroy(team.lock);
}

/* A tick is three bytecodes; a turn of a compiled loop is a hundredth of one. */
static void test_turns_between_checks(void **unused)
{
	(void)unused;
	check_turns("pypy:checkinterval=3000", 1, 1001);
	check_turns("pypy:checkinterval=3000", 3, 334);
	check_turns("pypy", 3, 1112);
	check_turns("pypy:checkinterval=10:jit=on", 3, 1001);
	check_turns("pypy:jit=on", 3, 1000001);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone_it_never_gives_way),
		cmocka_unit_test(test_no_hand_over_before_the_count),
		cmocka_unit_test(test_switches_are_bounded_by_the_count),
		cmocka_unit_test(test_a_check_is_a_hand_over),
		cmocka_unit_test(test_turns_between_checks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
