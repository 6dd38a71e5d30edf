/*
 * The lock of CPython 2, and of 3.0 and 3.1.
 *
 * Protocol. On Linux the lock is a POSIX semaphore with the value 1: acquiring waits for it,
 * releasing posts it. `lock=cond` selects the implementation for systems without such semaphores,
 * such as macOS: a flag guarded by a mutex, and a condition; releasing clears the flag, unlocks the
 * mutex, and then signals. There is no owner, no queue, and no way to see whether others wait. One
 * counter, shared by all threads and guarded by the lock itself, counts certain opcodes down. When
 * it falls below zero it is reset to `checkinterval`, and the holder releases the lock and acquires
 * it at once, whether or not another thread waits. That happens at every checkinterval + 1st
 * counted opcode.
 *
 * Who gets the lock. Releasing wakes one waiter by a system call, but the next thing that the
 * releasing thread does is to acquire the lock again, and on another core it nearly always wins:
 * the waiter wakes in vain. On a single core, only a preemption between the two lets the waiter in.
 * Nothing forces a switch. Around I/O it is the same: release before, acquire after, no priority.
 *
 * Fork. The child creates a new lock and holds it.
 *
 * Source. CPython 2.7: Python/ceval.c (_Py_Ticker, _Py_CheckInterval, PyEval_SaveThread,
 * PyEval_ReInitThreads) and Python/thread_pthread.h, with and without USE_SEMAPHORES. Left out:
 * before the first thread is started there is no lock (here there always is one, since a worker is
 * a started thread); pending calls and signals; a check is postponed before SETUP_FINALLY.
 *
 * A checkpoint stands for several opcodes here. The interval is added to the counter, not stored in
 * it, so that the remainder is kept and the average rate is exact.
 */
#include "registry.h"

enum { CHECKINTERVAL, LOCK };

enum { LOCK_SEM, LOCK_COND };

static const char *const lock_words[] = {
	[LOCK_SEM] = "sem",
	[LOCK_COND] = "cond",
	NULL,
};

struct cpython2 {
	struct os_sem sem; /* for LOCK_SEM; the next three for LOCK_COND */
	struct os_mutex mut;
	struct os_cond lock_released;
	bool locked;    /* guarded by mut */
	int64_t ticker; /* while nobody holds the lock; the holder has it in its ticks_left */
};

static struct cpython2 *cpython2_of(struct lockmodel_lock *lock)
{
	return (struct cpython2 *)lock->state;
}

static bool has_sem(const struct lockmodel_lock *lock)
{
	return lock->values[LOCK] == LOCK_SEM;
}

static int init_cond(struct cpython2 *gil)
{
	int error = os_mutex_init(&gil->mut);
	if (error) {
		return error;
	}
	error = os_cond_init(&gil->lock_released);
	if (error) {
		os_mutex_finish(&gil->mut);
	}
	return error;
}

static int cpython2_init(struct lockmodel_lock *lock)
{
	struct cpython2 *gil = cpython2_of(lock);
	gil->locked = false;
	return has_sem(lock) ? os_sem_init(&gil->sem, 1) : init_cond(gil);
}

static void cpython2_finish(struct lockmodel_lock *lock)
{
	struct cpython2 *gil = cpython2_of(lock);
	if (has_sem(lock)) {
		os_sem_finish(&gil->sem);
	} else {
		os_cond_finish(&gil->lock_released);
		os_mutex_finish(&gil->mut);
	}
}

static void acquire_sem(struct cpython2 *gil, struct lockmodel_thread *thread)
{
	/* sem_wait() begins with the same attempt; here it shows whether there will be a wait. */
	if (!os_sem_trywait(&gil->sem)) {
		model_wait_begin(thread);
		os_sem_wait(&gil->sem);
		model_wait_end(thread);
	}
}

static void acquire_cond(struct cpython2 *gil, struct lockmodel_thread *thread)
{
	os_mutex_lock(&gil->mut);
	if (gil->locked) {
		model_wait_begin(thread);
		while (gil->locked) {
			os_cond_wait(&gil->lock_released, &gil->mut);
		}
		model_wait_end(thread);
	}
	gil->locked = true;
	os_mutex_unlock(&gil->mut);
}

static void cpython2_acquire(struct lockmodel_thread *thread)
{
	struct cpython2 *gil = cpython2_of(thread->lock);
	if (has_sem(thread->lock)) {
		acquire_sem(gil, thread);
	} else {
		acquire_cond(gil, thread);
	}
	thread->ticks_left = gil->ticker;
}

static void cpython2_release(struct lockmodel_thread *thread)
{
	struct cpython2 *gil = cpython2_of(thread->lock);
	gil->ticker = thread->ticks_left;
	if (has_sem(thread->lock)) {
		os_sem_post(&gil->sem);
		return;
	}
	os_mutex_lock(&gil->mut);
	gil->locked = false;
	os_mutex_unlock(&gil->mut);
	os_cond_signal(&gil->lock_released);
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
		.summary = "CPython up to 3.1: released and acquired every 101 ticks",
		.source = "CPython 2.7, Python/ceval.c and Python/thread_pthread.h",
		.params = {
			[CHECKINTERVAL] = {
				.name = "checkinterval",
				.summary = "ticks from one release to the next, minus one",
				.kind = SPEC_COUNT,
				.initial = 100,
				.min = 1,
				.max = 1000000000,
			},
			[LOCK] = {
				.name = "lock",
				.summary = "a semaphore, or a mutex and a condition",
				.kind = SPEC_CHOICE,
				.initial = LOCK_SEM,
				.words = lock_words,
			},
		},
	},
	.runtimes = {
		{ .name = "cpython", .first = { 0, 0 }, .last = { 3, 1 } },
	},
	.lock_size = sizeof(struct cpython2),
	.init = cpython2_init,
	.finish = cpython2_finish,
	.acquire = cpython2_acquire,
	.release = cpython2_release,
	.checkpoint = cpython2_checkpoint,
	.after_fork = cpython2_after_fork,
};
