/*
 * The conformance harness: what every lock model must hold, run over the whole registry.
 *
 * A new model is found here by its line in the registry. Each test runs with the default
 * parameters; those that would not reach the interesting paths soon enough also run with the specs
 * in `eager` below. Nothing here asserts a time: threads count, and the main thread compares.
 */
#include "os.h"
#include "team.h"
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

/* Specs that switch often, so that few rounds meet many switches. */
static const char *const eager[] = {
	"cpython2:checkinterval=1",
	"cpython2:checkinterval=1:lock=cond",
	"cpython3:interval=50us",
	"cpython3:interval=50us:polls=3",
	"ruby_waitq:quantum=200us",
	"ruby_handoff:timeslice=200us:tick=100us",
	"ocaml4:tick=200us",
	"pypy:checkinterval=30:poll=20us",
};

/* Runs a test for each model and each eager spec, and says which one was running. */
static void for_each_spec(void (*test)(const char *spec_text))
{
	for (size_t i = 0; lockmodel_form(i); i++) {
		print_message("  %s\n", lockmodel_form(i)->name);
		test(lockmodel_form(i)->name);
	}
	for (size_t i = 0; i < sizeof(eager) / sizeof(eager[0]); i++) {
		print_message("  %s\n", eager[i]);
		test(eager[i]);
	}
}

static bool excludes(const char *spec_text)
{
	struct spec spec;
	struct error error;
	assert_int_equal(spec_parse(&spec, "lock model", lockmodel_form, spec_text, &error), 0);
	return lockmodel_excludes(&spec);
}

/* --- mutual exclusion ------------------------------------------------------------------------ */

enum { EXCLUSION_ROUNDS = 20000, EXCLUSION_MEMBERS = 4 };

struct exclusion {
	uint64_t counter; /* guarded by the lock alone: also tells thread sanitizer of a hole */
	int inside;       /* atomic: how many threads believe that they hold the lock */
	int overlaps;     /* atomic: how often one of them was not alone */
};

static void count_rounds(struct member *member)
{
	struct exclusion *exclusion = member->team->shared;
	lockmodel_acquire(member->thread);
	for (int round = 0; round < EXCLUSION_ROUNDS; round++) {
		if (__atomic_add_fetch(&exclusion->inside, 1, __ATOMIC_SEQ_CST) != 1) {
			__atomic_add_fetch(&exclusion->overlaps, 1, __ATOMIC_SEQ_CST);
		}
		exclusion->counter++;
		__atomic_sub_fetch(&exclusion->inside, 1, __ATOMIC_SEQ_CST);
		if (round % 64 == 63) {
			lockmodel_begin_blocking(member->thread);
			lockmodel_end_blocking(member->thread);
		} else {
			lockmodel_checkpoint(member->thread, 3);
		}
	}
	lockmodel_release(member->thread);
}

static void check_exclusion(const char *spec_text)
{
	if (!excludes(spec_text)) {
		return;
	}
	struct exclusion exclusion = { 0 };
	struct team team = {
		.lock = team_lock(spec_text),
		.run = count_rounds,
		.shared = &exclusion,
		.size = EXCLUSION_MEMBERS,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	assert_int_equal(exclusion.overlaps, 0);
	assert_int_equal(exclusion.counter, EXCLUSION_ROUNDS * EXCLUSION_MEMBERS);
	lockmodel_destroy(team.lock);
}

static void test_mutual_exclusion(void **unused)
{
	(void)unused;
	for_each_spec(check_exclusion);
}

/* --- progress -------------------------------------------------------------------------------- */

/*
 * The first member computes until all the others have come back from outside the lock, each of them
 * many times. If a waiter could be locked out for ever this would never end; the test's time limit
 * in Meson then fails it.
 */
enum { PROGRESS_ROUNDS = 20, PROGRESS_MEMBERS = 4 };

static void compute_or_block(struct member *member)
{
	int *returned = member->team->shared;
	lockmodel_acquire(member->thread);
	if (member->index == 0) {
		int all = PROGRESS_ROUNDS * (member->team->size - 1);
		while (__atomic_load_n(returned, __ATOMIC_RELAXED) < all) {
			lockmodel_checkpoint(member->thread, 3);
			member->result++;
		}
	} else {
		for (int round = 0; round < PROGRESS_ROUNDS; round++) {
			lockmodel_begin_blocking(member->thread);
			usleep(100);
			lockmodel_end_blocking(member->thread);
			__atomic_add_fetch(returned, 1, __ATOMIC_RELAXED);
		}
	}
	lockmodel_release(member->thread);
}

static void check_progress(const char *spec_text)
{
	int returned = 0;
	struct team team = {
		.lock = team_lock(spec_text),
		.run = compute_or_block,
		.shared = &returned,
		.size = PROGRESS_MEMBERS,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	assert_int_equal(returned, PROGRESS_ROUNDS * (PROGRESS_MEMBERS - 1));
	lockmodel_destroy(team.lock);
}

static void test_progress(void **unused)
{
	(void)unused;
	for_each_spec(check_progress);
}

/* --- hand-over ------------------------------------------------------------------------------- */

/*
 * Two members take turns by means of a variable that only the lock guards: each waits, outside the
 * lock as often as it has to, until it is its turn. Every turn is then a hand-over, by release as
 * by blocking.
 */
enum { TURNS = 300 };

static void take_turns(struct member *member)
{
	int *turn = member->team->shared;
	lockmodel_acquire(member->thread);
	while (__atomic_load_n(turn, __ATOMIC_SEQ_CST) < TURNS) {
		if (__atomic_load_n(turn, __ATOMIC_SEQ_CST) % 2 == member->index) {
			__atomic_add_fetch(turn, 1, __ATOMIC_SEQ_CST);
			member->result++;
		}
		lockmodel_begin_blocking(member->thread);
		usleep(1);
		lockmodel_end_blocking(member->thread);
	}
	lockmodel_release(member->thread);
}

static void check_hand_over(const char *spec_text)
{
	int turn = 0;
	struct team team = {
		.lock = team_lock(spec_text),
		.run = take_turns,
		.shared = &turn,
		.size = 2,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	assert_int_equal(team.members[0].result, TURNS / 2);
	assert_int_equal(team.members[1].result, TURNS / 2);
	if (excludes(spec_text)) {
		uint64_t switches = team.members[0].stats.switches + team.members[1].stats.switches;
		assert_true(switches >= TURNS - 1);
		assert_true(switches < team_sum_acquisitions(&team));
	}
	lockmodel_destroy(team.lock);
}

static void test_hand_over(void **unused)
{
	(void)unused;
	for_each_spec(check_hand_over);
}

/* --- after fork ------------------------------------------------------------------------------ */

struct forking {
	bool excludes;
	int entered; /* atomic: members that have had the lock */
	int stop;    /* atomic */
	int child_status;
};

/* In the child: first the forker's handle, then new threads, must be able to use the lock. */
static int use_after_fork(struct member *member)
{
	if (lockmodel_after_fork(member->thread)) {
		return 2;
	}
	lockmodel_checkpoint(member->thread, 1000);
	lockmodel_release(member->thread);

	const struct forking *forking = member->team->shared;
	if (!forking->excludes || !TEAM_CHILD_STARTS_THREADS) {
		return 0;
	}
	struct exclusion exclusion = { 0 };
	struct team team = {
		.lock = member->team->lock,
		.run = count_rounds,
		.shared = &exclusion,
		.size = 2,
	};
	if (!team_run(&team)) {
		return 3;
	}
	return exclusion.counter == 2 * EXCLUSION_ROUNDS && exclusion.overlaps == 0 ? 0 : 4;
}

/*
 * Lets all members into the lock. They compete for it at the time of the fork then, and are past
 * their start: an allocator that does not expect a fork, such as a sanitizer's, could be in use
 * there.
 */
static void let_all_enter(struct member *member)
{
	const struct forking *forking = member->team->shared;
	while (__atomic_load_n(&forking->entered, __ATOMIC_SEQ_CST) < member->team->size) {
		lockmodel_begin_blocking(member->thread);
		usleep(1000);
		lockmodel_end_blocking(member->thread);
	}
	for (int i = 0; i < 1000; i++) {
		lockmodel_checkpoint(member->thread, 3);
	}
}

static void fork_or_compete(struct member *member)
{
	struct forking *forking = member->team->shared;
	lockmodel_acquire(member->thread);
	__atomic_add_fetch(&forking->entered, 1, __ATOMIC_SEQ_CST);
	if (member->index == 0) {
		let_all_enter(member);
		pid_t child = fork();
		if (child == 0) {
			alarm(60); /* a child that hangs fails, and does not stay behind */
			_exit(use_after_fork(member));
		}
		lockmodel_begin_blocking(member->thread);
		if (child < 0 || waitpid(child, &forking->child_status, 0) != child) {
			forking->child_status = -1;
		}
		lockmodel_end_blocking(member->thread);
		__atomic_store_n(&forking->stop, 1, __ATOMIC_SEQ_CST);
	}
	while (!__atomic_load_n(&forking->stop, __ATOMIC_SEQ_CST)) {
		lockmodel_checkpoint(member->thread, 3);
	}
	lockmodel_release(member->thread);
}

static void check_after_fork(const char *spec_text)
{
	struct forking forking = { .excludes = excludes(spec_text) };
	struct team team = {
		.lock = team_lock(spec_text),
		.run = fork_or_compete,
		.shared = &forking,
		.size = 3,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	assert_true(WIFEXITED(forking.child_status));
	assert_int_equal(WEXITSTATUS(forking.child_status), 0);
	lockmodel_destroy(team.lock);
}

static void test_after_fork(void **unused)
{
	(void)unused;
	if (!TEAM_CHILD_STARTS_THREADS) {
		print_message("  thread sanitizer: without new threads in the child\n");
	}
	for_each_spec(check_after_fork);
}

/* --- conservation of time -------------------------------------------------------------------- */

/*
 * held + waited + outside is the attached time. The test's own clock readings stand around those of
 * the lock, so the sum can only be smaller, by the time between two pairs of neighbouring readings.
 * A preemption there adds to it, so the smallest gap of many threads is the one that is judged.
 */
static void live_through_all_states(struct member *member)
{
	lockmodel_acquire(member->thread);
	for (int round = 0; round < 200; round++) {
		for (int i = 0; i < 100; i++) {
			lockmodel_checkpoint(member->thread, 3);
		}
		lockmodel_begin_blocking(member->thread);
		usleep(10);
		lockmodel_end_blocking(member->thread);
	}
	lockmodel_release(member->thread);
}

static void check_conservation(const char *spec_text)
{
	int64_t smallest_gap = INT64_MAX;
	for (int try = 0; try < 5; try++) {
		struct team team = {
			.lock = team_lock(spec_text),
			.run = live_through_all_states,
			.size = 3,
		};
		assert_non_null(team.lock);
		assert_true(team_run(&team));
		for (int i = 0; i < team.size; i++) {
			const struct lockmodel_stats *stats = &team.members[i].stats;
			int64_t sum = stats->held_ns + stats->waited_ns + stats->outside_ns;
			int64_t gap = team.members[i].attached_ns - sum;
			assert_true(gap >= 0);
			assert_true(stats->held_ns >= 0 && stats->waited_ns >= 0);
			assert_true(stats->outside_ns >= 200 * 10000);
			assert_true(stats->longest_wait_ns <= stats->waited_ns);
			assert_true((stats->contended == 0) == (stats->longest_wait_ns == 0));
			assert_true(stats->contended <= stats->acquisitions);
			assert_true(stats->switches <= stats->acquisitions);
			smallest_gap = gap < smallest_gap ? gap : smallest_gap;
		}
		lockmodel_destroy(team.lock);
	}
	/*
	 * Each thread lived for 2 ms and more; a state that was not booked would be missing here.
	 */
	assert_true(smallest_gap < 200000);
}

static void test_conservation_of_time(void **unused)
{
	(void)unused;
	for_each_spec(check_conservation);
}

/* --- one holder at a time --------------------------------------------------------------------- */

/*
 * What the threads held adds up to no more than the time that passed. The moment between taking a
 * lock and noting down the time is counted for both threads, and a preemption there lengthens it,
 * so the best of several tries is judged. A holder that never noticed its loss would give a
 * multiple.
 */
enum { HOLDING_MEMBERS = 4 };

static void hold_in_turns(struct member *member)
{
	lockmodel_acquire(member->thread);
	for (int i = 0; i < 300000; i++) {
		lockmodel_checkpoint(member->thread, 3);
	}
	lockmodel_release(member->thread);
}

static double held_per_time(const char *spec_text)
{
	struct team team = {
		.lock = team_lock(spec_text),
		.run = hold_in_turns,
		.size = HOLDING_MEMBERS,
	};
	int64_t held = 0;
	assert_non_null(team.lock);
	int64_t start = os_now_ns();
	assert_true(team_run(&team));
	int64_t passed = os_now_ns() - start;
	for (int i = 0; i < team.size; i++) {
		held += team.members[i].stats.held_ns;
	}
	lockmodel_destroy(team.lock);
	return (double)held / (double)passed;
}

static void check_one_holder(const char *spec_text)
{
	double least = 100;
	for (int try = 0; try < 10 && excludes(spec_text) && least > 1.1; try++) {
		double held = held_per_time(spec_text);
		least = held < least ? held : least;
	}
	assert_true(least <= 1.1 || !excludes(spec_text));
}

static void test_one_holder_at_a_time(void **unused)
{
	(void)unused;
	for_each_spec(check_one_holder);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_mutual_exclusion),
		cmocka_unit_test(test_progress),
		cmocka_unit_test(test_hand_over),
		cmocka_unit_test(test_after_fork),
		cmocka_unit_test(test_conservation_of_time),
		cmocka_unit_test(test_one_holder_at_a_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
