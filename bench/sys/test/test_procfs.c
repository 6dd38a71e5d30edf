/* Tasks: how the threads of a process are found, as they come, and what they have used. */
#include "procfs.h"
#include "test.h"

#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static pthread_barrier_t begin;
static pthread_barrier_t end;

static void *tell_and_wait(void *context)
{
	*(pid_t *)context = (pid_t)syscall(SYS_gettid);
	pthread_barrier_wait(&begin);
	pthread_barrier_wait(&end);
	return NULL;
}

/* Starts a thread, and returns its number when it has really started. */
static pid_t start(pthread_t *thread)
{
	pid_t task = 0;
	assert_int_equal(pthread_create(thread, NULL, tell_and_wait, &task), 0);
	pthread_barrier_wait(&begin);
	return task;
}

static struct procfs_tasks seen;

static void test_threads_are_found(void **unused)
{
	(void)unused;
	pthread_t threads[3];
	pthread_barrier_init(&begin, NULL, 2);
	pthread_barrier_init(&end, NULL, 4);
	seen.count = 0;
	assert_int_equal(procfs_find_new(&seen, getpid()), getpid());
	assert_int_equal(procfs_find_new(&seen, getpid()), 0);
	pid_t first = start(&threads[0]);
	assert_int_equal(procfs_find_new(&seen, getpid()), first);
	assert_int_equal(procfs_find_new(&seen, getpid()), 0);
	/* Of two, it is the one that was started first; then neither is new. */
	pid_t second = start(&threads[1]);
	start(&threads[2]);
	assert_int_equal(procfs_find_new(&seen, getpid()), second);
	assert_int_equal(procfs_find_new(&seen, getpid()), 0);
	assert_int_equal(seen.count, 4);
	pthread_barrier_wait(&end);
	for (int i = 0; i < 3; i++) {
		pthread_join(threads[i], NULL);
	}
	pthread_barrier_destroy(&begin);
	pthread_barrier_destroy(&end);
}

static void test_no_more_than_there_is_room_for(void **unused)
{
	(void)unused;
	seen.count = PROCFS_MAX;
	for (int i = 0; i < PROCFS_MAX; i++) {
		seen.ids[i] = 0;
	}
	assert_int_equal(procfs_find_new(&seen, getpid()), 0);
	assert_int_equal(seen.count, PROCFS_MAX);
	seen.count--;
	assert_int_equal(procfs_find_new(&seen, getpid()), getpid());
}

static void test_a_process_that_is_gone(void **unused)
{
	(void)unused;
	struct procfs_usage usage = { 1, 2, 3 };
	pid_t child = fork();
	if (child == 0) {
		_exit(0);
	}
	assert_int_equal(waitpid(child, NULL, 0), child);
	seen.count = 0;
	assert_int_equal(procfs_find_new(&seen, child), 0);
	assert_int_equal(seen.count, 0);
	procfs_add_usage(&usage, child);
	assert_int_equal(usage.cpu_ns, 1);
	assert_int_equal(usage.switches_voluntary, 2);
	assert_int_equal(usage.switches_involuntary, 3);
}

static void test_usage_is_added(void **unused)
{
	(void)unused;
	enum { SLEEPS = 20 };
	struct procfs_usage before = { 0 };
	struct procfs_usage after = { 1000000, 100, 0 };
	procfs_add_usage(&before, getpid());
	for (int i = 0; i < SLEEPS; i++) {
		usleep(100);
	}
	procfs_add_usage(&after, getpid());
	assert_true(after.switches_voluntary - before.switches_voluntary >= 100 + SLEEPS);
	assert_true(after.switches_involuntary >= before.switches_involuntary);
	/* Where the system does not tell the time, both are what they began with. */
	assert_true(after.cpu_ns - before.cpu_ns >= 1000000);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threads_are_found),
		cmocka_unit_test(test_no_more_than_there_is_room_for),
		cmocka_unit_test(test_a_process_that_is_gone),
		cmocka_unit_test(test_usage_is_added),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
