/* The lock of CPython 3: no switch without a request, and none refused after one. */
#include "conformance.h"
#include "os.h"
#include "release_syscalls.h"
#include "test.h"

#include <unistd.h>

static void test_no_yield_alone(void **unused)
{
	(void)unused;
	team_expect_no_yield_alone("cpython3:interval=1us");
	team_expect_no_yield_alone("cpython3:interval=1us:polls=3");
}

/*
 * The forced switch: a thread that dropped the lock on request gets it back only after another
 * thread has had it. So each drop but the last is followed by an acquisition that is a switch.
 */
static void check_drops(const char *spec_text)
{
	struct hogs hogs = { .turns = 51 };
	struct team team = { .run = team_hog, .shared = &hogs, .size = 3 };
	team_run_on(spec_text, &team);
	for (int i = 0; i < team.size; i++) {
		const struct lockmodel_stats *stats = &team.members[i].stats;
		assert_true(stats->switches + 1 >= stats->drops_honoured);
	}
	assert_true(team_sum_drops(&team) >= 50);
	assert_true(team_sum_drops(&team) <= team_sum_requests(&team));
}

static void test_each_drop_is_a_switch(void **unused)
{
	(void)unused;
	check_drops("cpython3:interval=200us");
	check_drops("cpython3:interval=200us:polls=3");
}

/*
 * With the longest interval, a thread computes to its end, and the others acquire the lock because
 * it was released, not because they requested it.
 */
static void test_no_request_within_the_interval(void **unused)
{
	(void)unused;
	team_expect_no_requests("cpython3:interval=10s", 4);
}

/*
 * The forced switch in a blocking region: a thread that was requested to drop the lock, and
 * releases it for a call that returns at once, gets it back only after another thread has had it.
 */
struct call {
	int second_ran; /* atomic */
	bool requested;
	uint64_t switches;
};

static void call_when_requested(struct member *member)
{
	struct call *call = member->team->shared;
	struct lockmodel_stats stats;
	lockmodel_acquire(member->thread);
	if (member->index == 1) {
		__atomic_store_n(&call->second_ran, 1, __ATOMIC_SEQ_CST);
		lockmodel_release(member->thread);
		return;
	}
	while (!call->requested && !__atomic_load_n(&call->second_ran, __ATOMIC_SEQ_CST)) {
		call->requested = __atomic_load_n(member->thread->breaker, __ATOMIC_RELAXED);
	}
	lockmodel_begin_blocking(member->thread);
	lockmodel_end_blocking(member->thread);
	lockmodel_read_stats(member->thread, &stats);
	call->switches = stats.switches;
	lockmodel_release(member->thread);
}

/* Returns false if the second member acquired the lock first, which shows nothing. */
static bool check_requested_call(void)
{
	struct call call = { 0 };
	struct team team = { .run = call_when_requested, .shared = &call, .size = 2 };
	team_run_on("cpython3:interval=1ms", &team);
	assert_int_equal(call.second_ran, 1);
	if (call.requested) {
		assert_int_equal(call.switches, 1);
		assert_int_equal(team.members[0].stats.drops_honoured, 1);
	}
	return call.requested;
}

static void test_blocking_honours_a_request(void **unused)
{
	(void)unused;
	for (int checked = 0; checked < 10;) {
		checked += check_requested_call();
	}
}

/*
 * A thread that returns from a blocking region while another one computes gets the lock only by a
 * request, and makes it only after a whole interval.
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

static void test_each_wait_after_blocking_is_a_request(void **unused)
{
	(void)unused;
	int stop = 0;
	struct team team = { .run = compute_or_call, .shared = &stop, .size = 2 };
	team_run_on("cpython3:interval=1ms", &team);
	const struct lockmodel_stats *calling = &team.members[0].stats;
	const struct lockmodel_stats *computing = &team.members[1].stats;
	assert_int_equal(calling->contended, WAITS);
	assert_true(calling->contended <= calling->drop_requests);
	assert_true(calling->contended <= computing->drops_honoured);
	assert_true(calling->waited_ns >= (int64_t)calling->contended * INTERVAL_NS);
}

/*
 * Threads that compute switch at most once per interval: before each drop, its thread had the lock
 * for a whole interval.
 */
static void test_at_most_one_switch_per_interval(void **unused)
{
	(void)unused;
	struct hogs hogs = { .turns = 31 };
	struct team team = { .run = team_hog, .shared = &hogs, .size = 2 };
	int64_t start_ns = os_now_ns();
	team_run_on("cpython3:interval=1ms", &team);
	int64_t passed_ns = os_now_ns() - start_ns;
	int64_t drops = (int64_t)team_sum_drops(&team);
	assert_true(drops >= 30);
	assert_true(drops * INTERVAL_NS <= passed_ns);
}

/*
 * The waiter may run into the mutex that the releasing thread still holds while it signals: then
 * unlocking it is a second system call.
 */
static void test_release_wakes_one_waiter(void **unused)
{
	(void)unused;
	release_syscalls_expect("cpython3:interval=10s", 1, 2);
}

static void test_conformance_with_frequent_requests(void **unused)
{
	(void)unused;
	conformance_check("cpython3:interval=50us");
	conformance_check("cpython3:interval=50us:polls=3");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_yield_alone),
		cmocka_unit_test(test_each_drop_is_a_switch),
		cmocka_unit_test(test_no_request_within_the_interval),
		cmocka_unit_test(test_blocking_honours_a_request),
		cmocka_unit_test(test_each_wait_after_blocking_is_a_request),
		cmocka_unit_test(test_at_most_one_switch_per_interval),
		cmocka_unit_test(test_release_wakes_one_waiter),
		cmocka_unit_test(test_conformance_with_frequent_requests),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
