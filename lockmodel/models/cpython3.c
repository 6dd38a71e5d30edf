/*
 * The lock of CPython 3.2 and later (the "new GIL").
 *
 * State. `locked`, with a mutex and a condition for the waiters; `switch_number`, which counts the
 * changes of the holder; `last_holder`; the drop request, which is the word that checkpoints poll;
 * and a second mutex and condition for the forced switch.
 *
 * Acquire. While the lock is held, wait on the condition for `interval`. If that time has passed,
 * the lock is still held, and no switch has happened during the wait, request the holder to drop
 * it; then wait again. There is no queue: the first thread that finds the lock free takes it.
 * Taking it signals a thread that waits for a switch, and clears the request, so that all other
 * waiters start a new interval.
 *
 * Release. Unlock and wake one waiter. Then, if there is a request, wait until another thread has
 * taken the lock: the forced switch. It guarantees that another thread runs next, but not which.
 * Releasing the lock for I/O does the same: with a request pending, a thread starts its system call
 * only after another thread has the lock.
 *
 * Checkpoint. If there is a request, release and acquire. Otherwise do nothing, however long the
 * thread has run. `polls` is the number of polls of the request per turn of a loop: one since 3.10;
 * before, at nearly every opcode, which makes 3 for `while i < n: i += 1`. Here all of these come
 * in a row, after two more jumps than for a single one. They do not affect when a switch happens.
 *
 * Fork. The child re-initialises the lock and acquires it; interval and switch_number are kept.
 *
 * Source. CPython 3.2 to 3.12: Python/ceval_gil.h (take_gil, drop_gil, recreate_gil) with
 * FORCE_SWITCHING, where one request serves the whole interpreter; the clock is monotonic, as since
 * 3.8. From 3.13 on the request is a bit in the thread state of the holder; that differs only if a
 * request comes too late for the thread that it was meant for. Left out: everything else that
 * shares the polled word (signals, pending calls, asynchronous exceptions, the garbage collector),
 * and threads that end during interpreter shutdown.
 */
#include "registry.h"

enum { INTERVAL, POLLS };

struct cpython3 {
	struct os_mutex mutex;
	struct os_cond cond;
	bool locked;            /* guarded by mutex */
	uint64_t switch_number; /* guarded by mutex */
	struct os_mutex switch_mutex;
	struct os_cond switch_cond;
	/* Atomic: a releasing thread stores it without holding either mutex. */
	const struct lockmodel_thread *last_holder;
	/* On its own cache line: the holder polls it while waiters use the mutex. */
	alignas(LOCKMODEL_CACHE_LINE) int drop_request;
};

static struct cpython3 *cpython3_of(struct lockmodel_lock *lock)
{
	return (struct cpython3 *)lock->state;
}

/*
 * The request and the last holder are hints: they are read again under a mutex before anything
 * depends on them, and no data is published through them. Relaxed is enough, as in CPython.
 */
static bool requested(const struct cpython3 *gil)
{
	return __atomic_load_n(&gil->drop_request, __ATOMIC_RELAXED);
}

static void set_request(struct cpython3 *gil, bool request)
{
	__atomic_store_n(&gil->drop_request, request, __ATOMIC_RELAXED);
}

static const struct lockmodel_thread *last_holder(const struct cpython3 *gil)
{
	return __atomic_load_n(&gil->last_holder, __ATOMIC_RELAXED);
}

static void set_last_holder(struct cpython3 *gil, const struct lockmodel_thread *thread)
{
	__atomic_store_n(&gil->last_holder, thread, __ATOMIC_RELAXED);
}

static int init_switch(struct cpython3 *gil)
{
	int error = os_mutex_init(&gil->switch_mutex);
	if (error) {
		return error;
	}
	error = os_cond_init(&gil->switch_cond);
	if (error) {
		os_mutex_finish(&gil->switch_mutex);
	}
	return error;
}

static int init_primitives(struct cpython3 *gil)
{
	int error = os_mutex_init(&gil->mutex);
	if (error) {
		return error;
	}
	error = os_cond_init(&gil->cond);
	if (error) {
		goto no_cond;
	}
	error = init_switch(gil);
	if (error) {
		goto no_switch;
	}
	return 0;

no_switch:
	os_cond_finish(&gil->cond);
no_cond:
	os_mutex_finish(&gil->mutex);
	return error;
}

static int cpython3_init(struct lockmodel_lock *lock)
{
	struct cpython3 *gil = cpython3_of(lock);
	lock->breaker = &gil->drop_request;
	if (lock->values[POLLS] > 1) {
		lock->first_ticks = 0;
		lock->polls = lock->values[POLLS];
	}
	return init_primitives(gil);
}

static void cpython3_finish(struct lockmodel_lock *lock)
{
	struct cpython3 *gil = cpython3_of(lock);
	os_cond_finish(&gil->switch_cond);
	os_mutex_finish(&gil->switch_mutex);
	os_cond_finish(&gil->cond);
	os_mutex_finish(&gil->mutex);
}

static int cpython3_after_fork(struct lockmodel_thread *thread)
{
	struct cpython3 *gil = cpython3_of(thread->lock);
	gil->locked = false;
	set_last_holder(gil, NULL);
	set_request(gil, false);
	return init_primitives(gil);
}

/* Waits, with the mutex held, until the lock is free; requests it after each full interval. */
static void wait_until_free(struct cpython3 *gil, struct lockmodel_thread *thread)
{
	int64_t interval = thread->lock->values[INTERVAL];
	while (gil->locked) {
		uint64_t switch_number = gil->switch_number;
		bool woken = os_cond_wait_until(&gil->cond, &gil->mutex, os_now_ns() + interval);
		if (!woken && gil->locked && gil->switch_number == switch_number) {
			thread->stats.drop_requests += !requested(gil);
			set_request(gil, true);
		}
	}
}

static void cpython3_acquire(struct lockmodel_thread *thread)
{
	struct cpython3 *gil = cpython3_of(thread->lock);
	os_mutex_lock(&gil->mutex);
	if (gil->locked) {
		model_wait_begin(thread);
		wait_until_free(gil, thread);
		model_wait_end(thread);
	}
	os_mutex_lock(&gil->switch_mutex);
	gil->locked = true;
	if (last_holder(gil) != thread) {
		set_last_holder(gil, thread);
		gil->switch_number++;
	}
	os_cond_signal(&gil->switch_cond);
	os_mutex_unlock(&gil->switch_mutex);
	if (requested(gil)) {
		set_request(gil, false);
	}
	os_mutex_unlock(&gil->mutex);
}

static void force_switch(struct cpython3 *gil, struct lockmodel_thread *thread)
{
	os_mutex_lock(&gil->switch_mutex);
	if (last_holder(gil) == thread) {
		set_request(gil, false);
		model_wait_begin(thread);
		/* Not in a loop: whatever ends this wait, the thread then competes for the lock. */
		os_cond_wait(&gil->switch_cond, &gil->switch_mutex);
		model_pause_end(thread);
	}
	os_mutex_unlock(&gil->switch_mutex);
}

static void cpython3_release(struct lockmodel_thread *thread)
{
	struct cpython3 *gil = cpython3_of(thread->lock);
	set_last_holder(gil, thread);
	os_mutex_lock(&gil->mutex);
	/* Requests are made under the mutex, so all that were made to this thread are visible. */
	thread->stats.drops_honoured += requested(gil);
	gil->locked = false;
	os_cond_signal(&gil->cond);
	os_mutex_unlock(&gil->mutex);
	if (requested(gil)) {
		force_switch(gil, thread);
	}
}

const struct lockmodel model_cpython3 = {
	.form = {
		.name = "cpython3",
		.summary = "CPython 3.2 and later: released when a waiter requests it after an interval",
		.source = "CPython 3.2 to 3.12, Python/ceval_gil.h",
		.params = {
			[INTERVAL] = {
				.name = "interval",
				.summary = "how long a waiter waits before its request",
				.kind = SPEC_DURATION,
				.initial = 5000000,
				.min = 1000,
				.max = 10000000000,
			},
			[POLLS] = {
				.name = "polls",
				.summary = "polls per turn of a loop: 1 since 3.10, 3 before",
				.kind = SPEC_COUNT,
				.initial = 1,
				.min = 1,
				.max = 16,
			},
		},
	},
	.runtimes = {
		{ .name = "cpython", .first = { 3, 2 }, .last = { 3, 9 }, .params = ":polls=3" },
		{ .name = "cpython", .first = { 3, 10 }, .last = { MODEL_VERSION_LATER, 0 } },
	},
	.quantum = INTERVAL + 1,
	.lock_size = sizeof(struct cpython3),
	.init = cpython3_init,
	.finish = cpython3_finish,
	.acquire = cpython3_acquire,
	.release = cpython3_release,
	.checkpoint = model_yield,
	.after_fork = cpython3_after_fork,
};
