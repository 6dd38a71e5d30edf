/* What the lock of OCaml 4.09 promises: who yields while somebody waits does not win. */
#include "os.h"
#include "team.h"
#include "test.h"

/* Without a second thread there is not even a tick. */
static void test_alone_it_never_gives_way(void **unused)
{
	(void)unused;
	struct lockmodel_stats stats = team_compute_alone("ocaml4:tick=100us");
	assert_int_equal(stats.acquisitions, 1);
	assert_int_equal(stats.waited_ns, 0);
	assert_int_equal(stats.drop_requests, 0);
}

/*
 * With one that does not wait there are ticks, no sooner than each is due, and they lead to
 * nothing.
 */
static void test_without_waiters_a_tick_is_nothing(void **unused)
{
	(void)unused;
	int64_t start_ns = os_now_ns();
	struct lockmodel_stats stats = { 0 };
	struct lockmodel_lock *lock = team_lock("ocaml4:tick=1ms");
	assert_non_null(lock);
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

/* A tick while somebody waits is a yield, and a yield is a switch; nothing else is either. */
static void test_each_yield_is_a_switch(void **unused)
{
	(void)unused;
	struct hogs hogs = { .turns = 51 };
	struct team team = {
		.lock = team_lock("ocaml4:tick=200us"),
		.run = team_hog,
		.shared = &hogs,
		.size = 3,
	};
	assert_non_null(team.lock);
	assert_true(team_run(&team));
	for (int i = 0; i < team.size; i++) {
		const struct lockmodel_stats *stats = &team.members[i].stats;
		assert_true(stats->switches >= stats->drops_honoured);
		assert_int_equal(stats->acquisitions, 1 + stats->drops_honoured);
		assert_true(stats->drops_honoured <= stats->drop_requests);
	}
	assert_true(team.members[0].stats.drops_honoured >= 50);
	lockmodel_destroy(team.lock);
}

/* Between two ticks nobody gives way. */
static void test_no_yield_without_a_tick(void **unused)
{
	(void)unused;
	team_expect_no_requests("ocaml4:tick=10s", 4);
}

/* A thread that begins a blocking section looks for the signal first. */
static void test_blocking_looks_first(void **unused)
{
	(void)unused;
	struct lockmodel_stats stats;
	struct lockmodel_lock *lock = team_lock("ocaml4:tick=1ms");
	assert_non_null(lock);
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

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alone_it_never_gives_way),
		cmocka_unit_test(test_without_waiters_a_tick_is_nothing),
		cmocka_unit_test(test_each_yield_is_a_switch),
		cmocka_unit_test(test_no_yield_without_a_tick),
		cmocka_unit_test(test_blocking_looks_first),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
