/*
 * See release_syscalls.h. The child marks the calls to be counted by a system call of its own
 * before and after them; the parent traces it, as strace does.
 */
#include "release_syscalls.h"

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

/* --- the child ------------------------------------------------------------------------------- */

/* Starts counting, or ends it. */
static void mark(void)
{
	syscall(SYS_getppid);
}

struct contention {
	struct lockmodel_lock *lock;
	pid_t waiter; /* atomic: the waiting thread's id, set before it acquires the lock */
};

static void *wait_for_lock(void *argument)
{
	struct contention *contention = argument;
	struct lockmodel_thread *thread = lockmodel_attach(contention->lock);
	__atomic_store_n(&contention->waiter, (pid_t)syscall(SYS_gettid), __ATOMIC_SEQ_CST);
	lockmodel_acquire(thread);
	pause();
	return NULL;
}

/* The state letter in /proc/self/task/TID/stat: 'S' is asleep. */
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

/* Once the waiter has set its id, the only place where it sleeps is the wait for the lock. */
static void start_waiter(struct contention *contention)
{
	pthread_t thread;
	if (pthread_create(&thread, NULL, wait_for_lock, contention)) {
		_exit(EXIT_FAILURE);
	}
	while (!__atomic_load_n(&contention->waiter, __ATOMIC_SEQ_CST) ||
		thread_state(contention->waiter) != 'S') {
		usleep(1000);
	}
}

static void release_in_child(struct lockmodel_lock *lock, bool with_waiter)
{
	struct contention contention = { .lock = lock };
	struct lockmodel_thread *thread = lockmodel_attach(lock);
	if (!thread) {
		_exit(EXIT_FAILURE);
	}
	lockmodel_acquire(thread);
	if (with_waiter) {
		start_waiter(&contention);
	}
	mark();
	lockmodel_release(thread);
	mark();
	_exit(EXIT_SUCCESS);
}

/* --- the tracer ------------------------------------------------------------------------------ */

/* Only the calls of the child's first thread are counted. */
struct count {
	pid_t child;
	bool counting;
	int calls;
};

static void count_stop(struct count *count, pid_t tid)
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

/* The signal to deliver to a thread that stopped: 0 if the stop is one of tracing itself. */
static int signal_of_stop(int status)
{
	int signal = WSTOPSIG(status);
	bool from_tracing = status >> 16 || signal == (SIGTRAP | 0x80) || signal == SIGSTOP;
	return from_tracing ? 0 : signal;
}

/* Traces the child until it exits. Returns its wait status. */
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
				count_stop(count, tid);
			}
			ptrace(PTRACE_SYSCALL, tid, NULL, (long)signal_of_stop(status));
		}
	}
}

/* The thread sanitizer makes system calls of its own in the functions that it intercepts. */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SANITIZES_THREADS true
#endif
#elif defined(__SANITIZE_THREAD__)
#define SANITIZES_THREADS true
#endif
#ifndef SANITIZES_THREADS
#define SANITIZES_THREADS false
#endif

static void skip_if_instrumented(void)
{
	if (SANITIZES_THREADS) {
		print_message("  the thread sanitizer makes system calls of its own\n");
		skip();
	}
}

/* Skips the test if tracing is not permitted. */
static int count_calls(const char *spec_text, bool with_waiter)
{
	int status;
	skip_if_instrumented();
	struct lockmodel_lock *lock = team_lock(spec_text);
	struct count count = { .child = fork() };
	if (count.child == 0) {
		alarm(60); /* ends a child that hangs */
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL)) {
			_exit(EXIT_FAILURE);
		}
		raise(SIGSTOP);
		release_in_child(lock, with_waiter);
	}
	lockmodel_destroy(lock);
	assert_int_equal(waitpid(count.child, &status, 0), count.child);
	if (!WIFSTOPPED(status)) {
		print_message("  tracing is not permitted\n");
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

void release_syscalls_expect_none_uncontended(const char *spec_text)
{
	assert_int_equal(count_calls(spec_text, false), 0);
}

void release_syscalls_expect(const char *spec_text, int min, int max)
{
	assert_in_range(count_calls(spec_text, true), min, max);
}
