/*
 * The tick lock of CPython 2, and of 3.0 and 3.1, as it is on Linux.
 *
 * Protocol. The lock is one POSIX semaphore of value 1: acquiring waits for it, releasing posts it.
 * There is no owner, no queue, and no wish of a waiter that anybody could see. One counter, shared
 * by all threads and so guarded by the lock itself, counts certain opcodes down; when it falls
 * below zero it is set to `checkinterval` again, and the holder posts and at once waits, whether
 * anybody else wants the lock or not. That happens at every checkinterval + 1st counted opcode.
 *
 * Who gets it. A post wakes one sleeper by a system call, but the poster's next instruction already
 * tries to take the semaphore back, and on another core it nearly always wins: the sleeper wakes
 * for nothing. On a single core the two must be separated by the scheduler. Nothing ever forces a
 * switch. Around input and output it is the same: post before, wait after, no priority.
 *
 * After fork the child has a new lock, held by it.
 *
 * Follows CPython 2.7: Python/ceval.c (_Py_Ticker, _Py_CheckInterval, PyEval_SaveThread,
 * PyEval_ReInitThreads) and Python/thread_pthread.h with USE_SEMAPHORES. Left out: the lock that
 * does not exist before the first thread is started (here it always does: a worker is a started
 * thread), pending calls and signals, the check that is put off before a SETUP_FINALLY, the lock of
 * systems without POSIX semaphores.
 *
 * A checkpoint here stands for several opcodes at once. The interval is added to the counter rather
 * than stored in it, so that the rest is kept and the rate is exact.
 */
#include "registry.h"

enum { CHECKINTERVAL };

struct cpython2 {
	struct os_sem sem;
	int64_t ticker; /* of the thread that released last; the holder's is in its handle */
};

static struct cpython2 *cpython2_of(struct lockmodel_lock *lock)
{
	return (struct cpython2 *)lock->state;
}

static int cpython2_init(struct lockmodel_lock *lock)
{
	return os_sem_init(&cpython2_of(lock)->sem, 1);
}

static void cpython2_finish(struct lockmodel_lock *lock)
{
	os_sem_finish(&cpython2_of(lock)->sem);
}

static void cpython2_acquire(struct lockmodel_thread *thread)
{
	struct cpython2 *gil = cpython2_of(thread->lock);
	/* sem_wait() begins with the same attempt; made apart, it tells whether there is a wait. */
	if (!os_sem_trywait(&gil->sem)) {
		model_wait_begin(thread);
		os_sem_wait(&gil->sem);
		model_wait_end(thread);
	}
	thread->ticks_left = gil->ticker;
}

static void cpython2_release(struct lockmodel_thread *thread)
{
	struct cpython2 *gil = cpython2_of(thread->lock);
	gil->ticker = thread->ticks_left;
	os_sem_post(&gil->sem);
}

static void cpython2_checkpoint(struct lockmodel_thread *thread)
{
	int64_t interval = thread->lock->values[CHECKINTERVAL] + 1;
	do {
		thread->ticks_left += interval;
		model_yield(thread);
	} while (thread->ticks_left < 0);
}

static int cpython2_after_fork(struct lockmodel_thread *thread)
{
	cpython2_of(thread->lock)->ticker = thread->ticks_left;
	return cpython2_init(thread->lock);
}

const struct lockmodel model_cpython2 = {
	.form = {
		.name = "cpython2",
		.summary = "CPython up to 3.1: given up and retaken every 101 ticks",
		.source = "CPython 2.7, Python/ceval.c and Python/thread_pthread.h",
		.params = {
			[CHECKINTERVAL] = {
				.name = "checkinterval",
				.summary = "ticks between two checks, less one",
				.kind = SPEC_COUNT,
				.initial = 100,
				.min = 1,
				.max = 1000000000,
			},
		},
	},
	.lock_size = sizeof(struct cpython2),
	.init = cpython2_init,
	.finish = cpython2_finish,
	.acquire = cpython2_acquire,
	.release = cpython2_release,
	.checkpoint = cpython2_checkpoint,
	.after_fork = cpython2_after_fork,
};
