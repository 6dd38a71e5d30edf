/*
 * Models with a thread of their own, a timer: there is one from the second attached thread on, and
 * in a child there is none until another thread is attached.
 */
#include "team.h"
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

static const char *const specs[] = { "ruby_handoff", "ocaml4" };

enum { SPECS = sizeof(specs) / sizeof(specs[0]) };

static int use_in_child(struct lockmodel_lock *lock, struct lockmodel_thread *thread)
{
	int before = team_count_threads();
	if (lockmodel_after_fork(thread) || team_count_threads() != before) {
		return 2;
	}
	if (!TEAM_CHILD_STARTS_THREADS) {
		return 0;
	}
	struct lockmodel_thread *other = lockmodel_attach(lock);
	if (!other || team_count_threads() != before + 1) {
		return 3;
	}
	lockmodel_release(thread);
	lockmodel_detach(other);
	lockmodel_detach(thread);
	lockmodel_destroy(lock);
	return 0;
}

static void check_child(struct lockmodel_lock *lock, struct lockmodel_thread *thread)
{
	int status;
	lockmodel_acquire(thread);
	pid_t child = fork();
	if (child == 0) {
		alarm(60); /* a child that hangs fails, and does not stay behind */
		_exit(use_in_child(lock, thread));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	lockmodel_release(thread);
}

static void check_threads(const char *spec_text)
{
	int before = team_count_threads();
	struct lockmodel_lock *lock = team_lock(spec_text);
	assert_non_null(lock);
	struct lockmodel_thread *first = lockmodel_attach(lock);
	assert_int_equal(team_count_threads(), before);
	struct lockmodel_thread *second = lockmodel_attach(lock);
	assert_int_equal(team_count_threads(), before + 1);
	struct lockmodel_thread *third = lockmodel_attach(lock);
	assert_int_equal(team_count_threads(), before + 1);
	check_child(lock, second);

	lockmodel_detach(first);
	lockmodel_detach(second);
	lockmodel_detach(third);
	lockmodel_destroy(lock);
	/*
	 * The system may take a moment to clear away a thread that has ended; or this never ends.
	 */
	while (team_count_threads() > before) {
		usleep(100);
	}
}

static void test_one_timer_where_there_are_two_threads(void **unused)
{
	(void)unused;
	/* Some sanitizers start a thread of their own with the first one. */
	struct team team = { .lock = team_lock("none"), .run = team_compute, .size = 1 };
	assert_true(team_run(&team));
	lockmodel_destroy(team.lock);
	for (int i = 0; i < SPECS; i++) {
		print_message("  %s\n", specs[i]);
		check_threads(specs[i]);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_one_timer_where_there_are_two_threads),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
