/* What the lock of CPython 3 promises: no switch unasked, and none refused once asked. */
#include "os.h"
#include "team.h"
#include "test.h"

#include <unistd.h>

static void check_alone(const char *spec_text)
{
	struct lockmodel_stats stats = team_compute_alone(spec_text);
	assert_int_equal(stats.acquisitions, 1);
	assert_int_equal(stats.contended, 0);
	assert_int_equal(stats.waited_ns, 0);
}

static void test_alone_it_never_gives_way(void **unused)
{
	(void)unused;
	check_alone("cpython3:interval=1us");
	check_alone("cpython3:interval=1us:polls=3");
}

/*
 * The forced switch: a thread that gave the lock up on request gets it back only after another has
 * had it. So each drop but the last is followed by an acquisition that is a switch.
 */
static void check_drops(const char *spec_text)
{
	struct hogs hogs = { .turns = 51 };
	struct team team = {
		.lock = team_lock(spec_text),
		.run = team_hog,
		.shared = &hogs,
		.size = 3,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));

	uint64_t requests = 0;
	uint64_t drops = 0;
	for (int i = 0; i < team.size; i++) {
		const struct lockmodel_stats *stats = &team.members[i].stats;
		assert_true(stats->switches + 1 >= stats->drops_honoured);
		requests += stats->drop_requests;
		drops += stats->drops_honoured;
	}
	assert_true(drops >= 50);
	assert_true(drops <= requests);
	lockmodel_destroy(team.lock);
}

static void test_each_drop_is_a_switch(void **unused)
{
	(void)unused;
	check_drops("cpython3:interval=200us");
	check_drops("cpython3:interval=200us:polls=3");
}

/*
 * Nobody is asked before the interval has passed: with the longest one, a thread computes to its
 * end, and the others get the lock because it was released, not because they asked.
 */
static void test_no_request_within_the_interval(void **unused)
{
	(void)unused;
	team_expect_no_requests("cpython3:interval=10s", 4);
}

/*
 * The forced switch around input and output: a thread that was asked for the lock, and gives it up
 * for a system call that takes no time at all, still gets it back only after another has had it.
 */
struct call {
	int second_ran; /* atomic */
	bool asked;
	uint64_t switches;
};

static void call_when_asked(struct member *member)
{
	struct call *call = member->team->shared;
	struct lockmodel_stats stats;
	lockmodel_acquire(member->thread);
	if (member->index == 1) {
		__atomic_store_n(&call->second_ran, 1, __ATOMIC_SEQ_CST);
		lockmodel_release(member->thread);
		return;
	}
	while (!call->asked && !__atomic_load_n(&call->second_ran, __ATOMIC_SEQ_CST)) {
		call->asked = __atomic_load_n(member->thread->breaker, __ATOMIC_RELAXED);
	}
	lockmodel_begin_blocking(member->thread);
	lockmodel_end_blocking(member->thread);
	lockmodel_read_stats(member->thread, &stats);
	call->switches = stats.switches;
	lockmodel_release(member->thread);
}

static bool asked_and_switched(void)
{
	struct call call = { 0 };
	struct team team = {
		.lock = team_lock("cpython3:interval=1ms"),
		.run = call_when_asked,
		.shared = &call,
		.size = 2,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	assert_int_equal(call.second_ran, 1);
	if (call.asked) {
		assert_int_equal(call.switches, 1);
		assert_int_equal(team.members[0].stats.drops_honoured, 1);
	}
	lockmodel_destroy(team.lock);
	return call.asked;
}

static void test_blocking_honours_a_request(void **unused)
{
	(void)unused;
	int asked = 0;
	/* A round in which the second member came first tells nothing: until ten that do. */
	while (asked < 10) {
		asked += asked_and_switched();
	}
}

/*
 * Beside a thread that computes, a call that gives the lock up for a moment is followed by a
 * request, for which an interval has to pass: what the caller waits for it gets by nothing else.
 */
enum { WAITS = 20, INTERVAL_NS = 1000000 };

static void compute_or_call(struct member *member)
{
	int *stop = member->team->shared;
	lockmodel_acquire(member->thread);
	if (member->index == 0) {
		while (member->thread->stats.contended < WAITS) {
			lockmodel_begin_blocking(member->thread);
			usleep(100);
			lockmodel_end_blocking(member->thread);
		}
		__atomic_store_n(stop, 1, __ATOMIC_RELAXED);
	}
	while (!__atomic_load_n(stop, __ATOMIC_RELAXED)) {
		lockmodel_checkpoint(member->thread, 3);
	}
	lockmodel_release(member->thread);
}

static void test_each_wait_of_a_call_is_a_request(void **unused)
{
	(void)unused;
	int stop = 0;
	struct team team = {
		.lock = team_lock("cpython3:interval=1ms"),
		.run = compute_or_call,
		.shared = &stop,
		.size = 2,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	const struct lockmodel_stats *calling = &team.members[0].stats;
	const struct lockmodel_stats *computing = &team.members[1].stats;
	assert_int_equal(calling->contended, WAITS);
	assert_true(calling->contended <= calling->drop_requests);
	assert_true(calling->contended <= computing->drops_honoured);
	assert_true(calling->waited_ns >= (int64_t)calling->contended * INTERVAL_NS);
	lockmodel_destroy(team.lock);
}

/*
 * Threads that compute switch at most once in an interval: for each drop its thread had the lock
 * for a whole one, in which nobody else had it.
 */
static void test_one_switch_in_an_interval(void **unused)
{
	(void)unused;
	struct hogs hogs = { .turns = 31 };
	struct team team = {
		.lock = team_lock("cpython3:interval=1ms"),
		.run = team_hog,
		.shared = &hogs,
		.size = 2,
	};
	int64_t drops = 0;
	assert_non_null(team.lock);
	int64_t start_ns = os_now_ns();
	assert_true(team_run(&team));
	int64_t passed_ns = os_now_ns() - start_ns;
	for (int i = 0; i < team.size; i++) {
		drops += (int64_t)team.members[i].stats.drops_honoured;
	}
	assert_true(drops >= 30);
	assert_true(drops * INTERVAL_NS <= passed_ns);
	lockmodel_destroy(team.lock);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone_it_never_gives_way),
		cmocka_unit_test(test_each_drop_is_a_switch),
		cmocka_unit_test(test_no_request_within_the_interval),
		cmocka_unit_test(test_blocking_honours_a_request),
		cmocka_unit_test(test_each_wait_of_a_call_is_a_request),
		cmocka_unit_test(test_one_switch_in_an_interval),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
