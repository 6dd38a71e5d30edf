/* See timer_thread.h. */
#include "timer_thread.h"

#include "team.h"
#include "test.h"

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

/* How many threads this process has. */
static int count_threads(void)
{
	int count = 0;
	DIR *tasks = opendir("/proc/self/task");
	for (const struct dirent *task; tasks && (task = readdir(tasks));) {
		count += task->d_name[0] != '.';
	}
	if (tasks) {
		closedir(tasks);
	}
	return count;
}

/* The same once it has not changed for 20 ms: a joined thread stays in /proc for a moment. */
static int count_settled_threads(void)
{
	int count = count_threads();
	for (int unchanged = 0; unchanged < 20; unchanged++) {
		usleep(1000);
		if (count_threads() != count) {
			count = count_threads();
			unchanged = 0;
		}
	}
	return count;
}

static int use_in_child(struct lockmodel_lock *lock, struct lockmodel_thread *thread)
{
	int before = count_threads();
	if (lockmodel_after_fork(thread) || count_threads() != before) {
		return 2;
	}
	if (!TEAM_CHILD_STARTS_THREADS) {
		return 0;
	}
	struct lockmodel_thread *other = lockmodel_attach(lock);
	if (!other || count_threads() != before + 1) {
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
		alarm(60); /* ends a child that hangs */
		_exit(use_in_child(lock, thread));
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
	lockmodel_release(thread);
}

void timer_thread_check(const char *spec_text)
{
	/* Some sanitizers start a thread of their own with the first one: have that counted. */
	struct team team = { .run = team_compute, .size = 1 };
	team_run_on("none", &team);

	int before = count_settled_threads();
	struct lockmodel_lock *lock = team_lock(spec_text);
	struct lockmodel_thread *first = lockmodel_attach(lock);
	assert_int_equal(count_threads(), before);
	struct lockmodel_thread *second = lockmodel_attach(lock);
	assert_int_equal(count_threads(), before + 1);
	struct lockmodel_thread *third = lockmodel_attach(lock);
	assert_int_equal(count_threads(), before + 1);
	check_child(lock, second);

	lockmodel_detach(first);
	lockmodel_detach(second);
	lockmodel_detach(third);
	lockmodel_destroy(lock);
	assert_int_equal(count_settled_threads(), before);
}
