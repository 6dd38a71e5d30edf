/*
 * When giving up a lock costs a system call: with nobody waiting never, and otherwise as its
 * protocol says, to wake somebody up. Counted as strace does it: a child, traced by this process,
 * plays the scene, and says by a call of its own between which points its calls are to be counted.
 */
#include "team.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* --- the child ------------------------------------------------------------------------------- */

/* Begins the counting, and ends it. */
static void mark(void)
{
	syscall(SYS_getppid);
}

struct scene {
	struct lockmodel_lock *lock;
	pid_t waiter; /* atomic: its thread, once it is about to acquire */
};

static void *wait_for_lock(void *argument)
{
	struct scene *scene = argument;
	struct lockmodel_thread *thread = lockmodel_attach(scene->lock);
	__atomic_store_n(&scene->waiter, (pid_t)syscall(SYS_gettid), __ATOMIC_SEQ_CST);
	lockmodel_acquire(thread);
	pause();
	return NULL;
}

/* The letter that stands behind the name in a thread's line of statistics; 'S' is asleep. */
static char thread_state(pid_t tid)
{
	char path[64];
	char line[256];
	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", (int)tid);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size = fd >= 0 ? read(fd, line, sizeof(line) - 1) : -1;
	if (fd >= 0) {
		close(fd);
	}
	line[size > 0 ? size : 0] = '\0';
	const char *name_end = strrchr(line, ')');
	return name_end && name_end[1] ? name_end[2] : '?';
}

/* After its word it sleeps nowhere but where it waits for the lock. */
static void start_waiter(struct scene *scene)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, wait_for_lock, scene)) {
		_exit(EXIT_FAILURE);
	}
	while (!__atomic_load_n(&scene->waiter, __ATOMIC_SEQ_CST) ||
		thread_state(scene->waiter) != 'S') {
		usleep(1000);
	}
}

static void play(const char *spec_text, bool with_waiter)
{
	struct scene scene = { .lock = team_lock(spec_text) };
	struct lockmodel_thread *thread = scene.lock ? lockmodel_attach(scene.lock) : NULL;
	if (!thread) {
		_exit(EXIT_FAILURE);
	}
	lockmodel_acquire(thread);
	if (with_waiter) {
		start_waiter(&scene);
	}
	mark();
	lockmodel_release(thread);
	mark();
	_exit(EXIT_SUCCESS);
}

/* --- the tracer ------------------------------------------------------------------------------ */

/* Only the first thread marks, and only its calls are counted; others come and go. */
struct count {
	pid_t child;
	bool counting;
	int calls;
};

static void note_stop(struct count *count, pid_t tid)
{
	struct __ptrace_syscall_info info;
	if (tid != count->child || ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(info), &info) <= 0 ||
		info.op != PTRACE_SYSCALL_INFO_ENTRY) {
		return;
	}
	if (info.entry.nr == SYS_getppid) {
		count->counting = !count->counting;
	} else {
		count->calls += count->counting;
	}
}

/* What to hand on to a thread that stopped: a signal that is meant for it, or none. */
static int signal_of_stop(int status)
{
	int signal = WSTOPSIG(status);
	bool ours = status >> 16 || signal == (SIGTRAP | 0x80) || signal == SIGSTOP;
	return ours ? 0 : signal;
}

/* Follows the child to its end. Returns its status. */
static int follow(struct count *count)
{
	for (;;) {
		int status;
		pid_t tid = waitpid(-1, &status, __WALL);
		if (tid < 0 || (tid == count->child && !WIFSTOPPED(status))) {
			return tid < 0 ? -1 : status;
		}
		if (WIFSTOPPED(status)) {
			if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
				note_stop(count, tid);
			}
			ptrace(PTRACE_SYSCALL, tid, NULL, (long)signal_of_stop(status));
		}
	}
}

static int count_calls(const char *spec_text, bool with_waiter)
{
	int status;
	struct count count = { .child = fork() };
	if (count.child == 0) {
		alarm(60); /* a child that hangs fails, and does not stay behind */
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) {
			_exit(EXIT_FAILURE);
		}
		raise(SIGSTOP);
		play(spec_text, with_waiter);
	}
	assert_int_equal(waitpid(count.child, &status, 0), count.child);
	if (!WIFSTOPPED(status)) {
		print_message("  nothing may be traced here\n");
		skip();
	}
	ptrace(PTRACE_SETOPTIONS, count.child, NULL,
		(long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACECLONE | PTRACE_O_EXITKILL));
	ptrace(PTRACE_SYSCALL, count.child, NULL, NULL);
	status = follow(&count);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), EXIT_SUCCESS);
	assert_false(count.counting);
	return count.calls;
}

/* --- the tests ------------------------------------------------------------------------------- */

/*
 * How many calls wake one waiter. Where the lock's own mutex is still held meanwhile, the waiter
 * may run into that, and its unlocking is a second one. Intervals are so long that nothing else
 * happens.
 */
static const struct {
	const char *spec_text;
	int least, most;
} releases[] = {
	{ "none", 0, 0 },
	{ "mutex", 1, 1 },
	{ "cpython2", 1, 1 },
	{ "cpython2:lock=cond", 1, 1 },
	{ "cpython3:interval=10s", 1, 2 },
	{ "ruby_waitq:quantum=10s", 1, 2 },
	{ "ruby_handoff:timeslice=10s:tick=1s", 1, 2 },
	{ "ocaml4:tick=10s", 1, 1 },
	{ "pypy:poll=10s", 0, 0 },
};

static void test_release_with_nobody_waiting(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < LENGTH(releases); i++) {
		print_message("  %s\n", releases[i].spec_text);
		assert_int_equal(count_calls(releases[i].spec_text, false), 0);
	}
}

static void test_release_with_one_waiting(void **unused)
{
	(void)unused;
	for (size_t i = 1; i < LENGTH(releases); i++) {
		print_message("  %s\n", releases[i].spec_text);
		int calls = count_calls(releases[i].spec_text, true);
		assert_in_range(calls, releases[i].least, releases[i].most);
	}
}

/* Or a model would be missed. */
static void test_all_models_are_covered(void **unused)
{
	(void)unused;
	for (size_t i = 0; lockmodel_form(i); i++) {
		size_t found = 0;
		const char *name = lockmodel_form(i)->name;
		for (size_t k = 0; k < LENGTH(releases); k++) {
			const char *spec_text = releases[k].spec_text;
			found += strlen(name) == strcspn(spec_text, ":") &&
				 strncmp(name, spec_text, strlen(name)) == 0;
		}
		assert_true(found > 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_models_are_covered),
		cmocka_unit_test(test_release_with_nobody_waiting),
		cmocka_unit_test(test_release_with_one_waiting),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
