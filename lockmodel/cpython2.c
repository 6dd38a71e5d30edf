/*
 * The tick lock of CPython 2, and of 3.0 and 3.1.
 *
 * Protocol. On Linux the lock is one POSIX semaphore of value 1: acquiring waits for it, releasing
 * posts it. With `lock=cond` it is what systems without such semaphores have, macOS among them: a
 * flag under a mutex, and a condition; releasing clears the flag, unlocks, and then signals. There
 * is no owner, no queue, and no wish of a waiter that anybody could see. One counter, shared by all
 * threads and so guarded by the lock itself, counts certain opcodes down; when it falls below zero
 * it is set to `checkinterval` again, and the holder releases and at once acquires, whether anybody
 * else wants the lock or not. That happens at every checkinterval + 1st counted opcode.
 *
 * Who gets it. A release wakes one sleeper by a system call, but the releaser's next instruction
 * already tries to take the lock back, and on another core it nearly always wins: the sleeper wakes
 * for nothing. On a single core the two must be separated by the scheduler. Nothing ever forces a
 * switch. Around input and output it is the same: release before, acquire after, no priority.
 *
 * After fork the child has a new lock, held by it.
 *
 * Follows CPython 2.7: Python/ceval.c (_Py_Ticker, _Py_CheckInterval, PyEval_SaveThread,
 * PyEval_ReInitThreads) and Python/thread_pthread.h, with USE_SEMAPHORES and without. Left out: the
 * lock that does not exist before the first thread is started (here it always does: a worker is a
 * started thread), pending calls and signals, the check that is put off before a SETUP_FINALLY.
 *
 * A checkpoint here stands for several opcodes at once. The interval is added to the counter rather
 * than stored in it, so that the rest is kept and the rate is exact.
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
	struct os_sem sem; /* of LOCK_SEM, the next three of LOCK_COND */
	struct os_mutex mut;
	struct os_cond lock_released;
	bool locked;    /* under mut */
	int64_t ticker; /* of the thread that released last; the holder's is in its handle */
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
	/* sem_wait() begins with the same attempt; made apart, it tells whether there is a wait. */
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
			[LOCK] = {
				.name = "lock",
				.summary = "what it is made of: sem or cond (a mutex and a condition)",
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
