/* The lock of OCaml 4: a thread that yields while others wait does not get the lock back first. */
#include "conformance.h"
#include "os.h"
#include "release_syscalls.h"
#include "test.h"
#include "timer_thread.h"

static void test_no_tick_alone(void **unused)
{
	(void)unused;
	team_expect_no_yield_alone("ocaml4:tick=100us");
	assert_int_equal(team_run_alone("ocaml4:tick=100us", 1000000, 1).drop_requests, 0);
}

/* A tick while no other thread waits is counted, and does nothing; none comes early. */
static void test_tick_without_waiters(void **unused)
{
	(void)unused;
	int64_t start_ns = os_now_ns();
	struct lockmodel_stats stats = { 0 };
	struct lockmodel_lock *lock = team_lock("ocaml4:tick=1ms");
	struct lockmodel_thread *thread = lockmodel_attach(lock);
	struct lockmodel_thread *other = lockmodel_attach(lock);

	lockmodel_acquire(thread);
	while (stats.drop_requests < 10) {
		lockmodel_checkpoint(thread, 1);
		lockmodel_read_stats(thread, &stats);
	}
	assert_true(os_now_ns() - start_ns >= INT64_C(10) * 1000000);
	assert_int_equal(stats.acquisitions, 1);
	assert_int_equal(stats.drops_honoured, 0);
	assert_int_equal(stats.waited_ns, 0);
	lockmodel_release(thread);
	lockmodel_detach(other);
	lockmodel_detach(thread);
	lockmodel_destroy(lock);
}

/* Each tick while another thread waits is a yield and a switch; there are no other yields. */
static void test_each_yield_is_a_switch(void **unused)
{
	(void)unused;
	struct hogs hogs = { .turns = 51 };
	struct team team = { .run = team_hog, .shared = &hogs, .size = 3 };
	team_run_on("ocaml4:tick=200us", &team);
	for (int i = 0; i < team.size; i++) {
		const struct lockmodel_stats *stats = &team.members[i].stats;
		assert_true(stats->switches >= stats->drops_honoured);
		assert_int_equal(stats->acquisitions, 1 + stats->drops_honoured);
		assert_true(stats->drops_honoured <= stats->drop_requests);
	}
	assert_true(team.members[0].stats.drops_honoured >= 50);
}

static void test_no_yield_without_a_tick(void **unused)
{
	(void)unused;
	team_expect_no_requests("ocaml4:tick=10s", 4);
}

/* A thread that begins a blocking region handles a pending tick first. */
static void test_blocking_polls_first(void **unused)
{
	(void)unused;
	struct lockmodel_stats stats;
	struct lockmodel_lock *lock = team_lock("ocaml4:tick=1ms");
	struct lockmodel_thread *thread = lockmodel_attach(lock);
	struct lockmodel_thread *other = lockmodel_attach(lock);
	lockmodel_acquire(thread);
	for (uint64_t calls = 1; calls <= 5; calls++) {
		while (!__atomic_load_n(thread->breaker, __ATOMIC_RELAXED)) {
		}
		lockmodel_begin_blocking(thread);
		lockmodel_end_blocking(thread);
		lockmodel_read_stats(thread, &stats);
		assert_int_equal(stats.drop_requests, calls);
		assert_int_equal(stats.acquisitions, 1 + calls);
	}
	lockmodel_release(thread);
	lockmodel_detach(other);
	lockmodel_detach(thread);
	lockmodel_destroy(lock);
}

static void test_timer_thread(void **unused)
{
	(void)unused;
	timer_thread_check("ocaml4");
}

static void test_release_wakes_one_waiter(void **unused)
{
	(void)unused;
	release_syscalls_expect("ocaml4:tick=10s", 1, 1);
}

static void test_conformance_with_frequent_ticks(void **unused)
{
	(void)unused;
	conformance_check("ocaml4:tick=200us");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_tick_alone),
		cmocka_unit_test(test_tick_without_waiters),
		cmocka_unit_test(test_each_yield_is_a_switch),
		cmocka_unit_test(test_no_yield_without_a_tick),
		cmocka_unit_test(test_blocking_polls_first),
		cmocka_unit_test(test_timer_thread),
		cmocka_unit_test(test_release_wakes_one_waiter),
		cmocka_unit_test(test_conformance_with_frequent_ticks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
