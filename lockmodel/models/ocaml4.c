/*
 * The lock of OCaml 4.09 to 4.14 (the master runtime lock of the systhreads library).
 *
 * State. `busy`, guarded by a mutex, with a condition `is_free`; `waiters`, the number of threads
 * that wait; and the word that checkpoints poll, in which a signal is recorded. The signal is not
 * for a certain thread, but for the thread that holds the lock when the word is polled.
 *
 * Acquire. While the lock is busy, count as a waiter and wait on the condition. There is no queue:
 * the first thread that finds the lock free takes it.
 *
 * Release. Clear `busy`, unlock the mutex, then signal the condition. The releasing thread can take
 * the lock again before the thread that was signalled.
 *
 * Tick thread. It records the signal every `tick`, independently of who holds the lock and since
 * when. It is started with the second thread and ends with the lock.
 *
 * Checkpoint, and before a blocking region. If the signal is recorded, clear it and yield. Without
 * waiters that does nothing. Otherwise clear `busy`, signal the condition, and wait on it at least
 * once, as a waiter. So the yielding thread cannot be the next holder, but an arriving thread can.
 *
 * Fork. The child holds the lock. It has no tick thread, and so no ticks, until another thread is
 * attached.
 *
 * Source. OCaml 4.09 to 4.14: otherlibs/systhreads/st_posix.h (st_masterlock_*, st_thread_yield,
 * caml_thread_tick) and st_stubs.c (caml_thread_yield, caml_thread_reinitialize). Bytecode polls at
 * each turn of a loop, as here, and so does native code since 4.14; older native code polls only
 * where it allocates. The tick thread sleeps in select() there and in a timed wait here, so that
 * destroying the lock does not have to wait for the next tick. Left out: all other signals; memory
 * profiling and other state that is saved when threads switch.
 */
#include "registry.h"

enum { TICK };

struct ocaml4 {
	struct os_mutex lock; /* guards the members up to waiters */
	struct os_cond is_free;
	bool busy;
	int waiters; /* atomic: a yielding thread first reads it without the mutex */

	struct os_mutex tick_lock; /* guards the members below, except the signal */
	struct os_cond tick_cond;
	bool tick_stop;
	bool tick_running;
	int attached;
	struct os_thread tick_thread;

	/* On its own cache line: the holder polls it while waiters use the mutex. */
	alignas(LOCKMODEL_CACHE_LINE) int signal;
};

static struct ocaml4 *masterlock_of(struct lockmodel_lock *lock)
{
	return (struct ocaml4 *)lock->state;
}

/*
 * The signal is a hint, and so is the number of waiters where it is read without the mutex: it is
 * read again under the mutex before the thread waits. No data is published through either. Relaxed
 * is enough.
 */
static void set_signal(struct ocaml4 *masterlock, bool recorded)
{
	__atomic_store_n(&masterlock->signal, recorded, __ATOMIC_RELAXED);
}

static int waiters(const struct ocaml4 *masterlock)
{
	return __atomic_load_n(&masterlock->waiters, __ATOMIC_RELAXED);
}

static void add_waiters(struct ocaml4 *masterlock, int more)
{
	__atomic_store_n(&masterlock->waiters, masterlock->waiters + more, __ATOMIC_RELAXED);
}

static int init_pair(struct os_mutex *mutex, struct os_cond *cond)
{
	int error = os_mutex_init(mutex);
	if (error) {
		return error;
	}
	error = os_cond_init(cond);
	if (error) {
		os_mutex_finish(mutex);
	}
	return error;
}

static void finish_pair(struct os_mutex *mutex, struct os_cond *cond)
{
	os_cond_finish(cond);
	os_mutex_finish(mutex);
}

static int init_primitives(struct ocaml4 *masterlock)
{
	int error = init_pair(&masterlock->lock, &masterlock->is_free);
	if (error) {
		return error;
	}
	error = init_pair(&masterlock->tick_lock, &masterlock->tick_cond);
	if (error) {
		finish_pair(&masterlock->lock, &masterlock->is_free);
	}
	return error;
}

static int ocaml4_init(struct lockmodel_lock *lock)
{
	struct ocaml4 *masterlock = masterlock_of(lock);
	lock->breaker = &masterlock->signal;
	return init_primitives(masterlock);
}

static void ocaml4_finish(struct lockmodel_lock *lock)
{
	struct ocaml4 *masterlock = masterlock_of(lock);
	if (masterlock->tick_running) {
		os_mutex_lock(&masterlock->tick_lock);
		masterlock->tick_stop = true;
		os_cond_signal(&masterlock->tick_cond);
		os_mutex_unlock(&masterlock->tick_lock);
		os_thread_join(&masterlock->tick_thread);
	}
	finish_pair(&masterlock->tick_lock, &masterlock->tick_cond);
	finish_pair(&masterlock->lock, &masterlock->is_free);
}

static void *run_ticks(void *argument)
{
	struct lockmodel_lock *lock = argument;
	struct ocaml4 *masterlock = masterlock_of(lock);
	os_mutex_lock(&masterlock->tick_lock);
	int64_t next_ns = os_now_ns() + lock->values[TICK];
	while (!masterlock->tick_stop) {
		if (!os_cond_wait_until(&masterlock->tick_cond, &masterlock->tick_lock, next_ns)) {
			set_signal(masterlock, true);
			next_ns = os_now_ns() + lock->values[TICK];
		}
	}
	os_mutex_unlock(&masterlock->tick_lock);
	return NULL;
}

static int ocaml4_attach(struct lockmodel_thread *thread)
{
	struct ocaml4 *masterlock = masterlock_of(thread->lock);
	int error = 0;
	os_mutex_lock(&masterlock->tick_lock);
	if (masterlock->attached > 0 && !masterlock->tick_running) {
		error = os_thread_start(&masterlock->tick_thread, run_ticks, thread->lock);
		masterlock->tick_running = !error;
	}
	masterlock->attached += !error;
	os_mutex_unlock(&masterlock->tick_lock);
	return error;
}

static void ocaml4_detach(struct lockmodel_thread *thread)
{
	struct ocaml4 *masterlock = masterlock_of(thread->lock);
	os_mutex_lock(&masterlock->tick_lock);
	masterlock->attached--;
	os_mutex_unlock(&masterlock->tick_lock);
}

static int ocaml4_after_fork(struct lockmodel_thread *thread)
{
	struct ocaml4 *masterlock = masterlock_of(thread->lock);
	masterlock->busy = false;
	masterlock->waiters = 0;
	masterlock->tick_running = false;
	masterlock->attached = 1;
	return init_primitives(masterlock);
}

static void ocaml4_acquire(struct lockmodel_thread *thread)
{
	struct ocaml4 *masterlock = masterlock_of(thread->lock);
	os_mutex_lock(&masterlock->lock);
	if (masterlock->busy) {
		model_wait_begin(thread);
		while (masterlock->busy) {
			add_waiters(masterlock, 1);
			os_cond_wait(&masterlock->is_free, &masterlock->lock);
			add_waiters(masterlock, -1);
		}
		model_wait_end(thread);
	}
	masterlock->busy = true;
	os_mutex_unlock(&masterlock->lock);
}

static void ocaml4_release(struct lockmodel_thread *thread)
{
	struct ocaml4 *masterlock = masterlock_of(thread->lock);
	os_mutex_lock(&masterlock->lock);
	masterlock->busy = false;
	os_mutex_unlock(&masterlock->lock);
	os_cond_signal(&masterlock->is_free);
}

/*
 * Releases the lock to another thread and acquires it again. Called with the mutex held, while
 * another thread waits.
 */
static void switch_to_waiter(struct ocaml4 *masterlock, struct lockmodel_thread *thread)
{
	model_wait_begin(thread);
	masterlock->busy = false;
	os_cond_signal(&masterlock->is_free);
	add_waiters(masterlock, 1);
	do {
		/* The signal above wakes a thread that waited before; it cannot end this wait. */
		os_cond_wait(&masterlock->is_free, &masterlock->lock);
	} while (masterlock->busy);
	masterlock->busy = true;
	add_waiters(masterlock, -1);
	model_wait_end(thread);
}

static void ocaml4_checkpoint(struct lockmodel_thread *thread)
{
	struct ocaml4 *masterlock = masterlock_of(thread->lock);
	set_signal(masterlock, false);
	thread->stats.drop_requests++;
	if (waiters(masterlock) == 0) {
		return;
	}
	os_mutex_lock(&masterlock->lock);
	bool others = waiters(masterlock) > 0;
	if (others) {
		switch_to_waiter(masterlock, thread);
	}
	os_mutex_unlock(&masterlock->lock);
	if (others) {
		thread->stats.drops_honoured++;
		model_taken(thread);
	}
}

const struct lockmodel model_ocaml4 = {
	.form = {
		.name = "ocaml4",
		.summary = "OCaml 4.09 to 4.14: released to a waiter at the ticks of a thread",
		.source = "OCaml 4.14, otherlibs/systhreads/st_posix.h",
		.params = {
			[TICK] = {
				.name = "tick",
				.summary = "time between two ticks, each of which makes the holder yield",
				.kind = SPEC_DURATION,
				.initial = 50000000,
				.min = 100000,
				.max = 10000000000,
			},
		},
	},
	.runtimes = {
		{ .name = "ocaml", .first = { 4, 9 }, .last = { 4, 14 } },
		/* Native code before 4.14 does not poll in a loop that does not allocate. */
		{ .name = "ocaml-native", .first = { 4, 14 }, .last = { 4, 14 } },
	},
	.quantum = TICK + 1,
	.lock_size = sizeof(struct ocaml4),
	.init = ocaml4_init,
	.finish = ocaml4_finish,
	.attach = ocaml4_attach,
	.detach = ocaml4_detach,
	.acquire = ocaml4_acquire,
	.release = ocaml4_release,
	.polls_before_blocking = true,
	.checkpoint = ocaml4_checkpoint,
	.after_fork = ocaml4_after_fork,
};
