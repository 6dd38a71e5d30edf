/*
 * What all lock models share: creating locks and handles, and the statistics.
 *
 * Time accounting. A handle remembers since when its thread has been in its current state (holding,
 * waiting or outside). Each change of state reads the clock once and adds the difference to the
 * account of the old state, so the three accounts always add up to the whole time. Only slow paths
 * change the state: a wait that really waits, a blocking region, the first acquisition, and an
 * acquisition that takes the lock over from another thread.
 *
 * The last case also ends the other thread's time as holder. That thread released the lock without
 * reading the clock, and may run again only much later. So the new holder stores the time in the
 * other thread's handle (lost_ns), which that thread reads at its next change of state.
 */
#include "model.h"
#include "registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const int model_breaker_never = 0;

/* Adds the time since the last change of state to an account. */
static void charge(struct lockmodel_thread *thread, int64_t *account)
{
	int64_t now = os_now_ns();
	*account += now - thread->since_ns;
	thread->since_ns = now;
}

/*
 * Charges the time since the last change of state of a thread that was not waiting: as outside, or
 * as held up to the loss of the lock to another thread, if any, and to `after_loss` from then on.
 * Relaxed: a store of lost_ns that is not yet visible was made only just before.
 */
static void charge_running(struct lockmodel_thread *thread, int64_t *after_loss)
{
	if (thread->outside) {
		charge(thread, &thread->stats.outside_ns);
		return;
	}
	int64_t lost = __atomic_load_n(&thread->lost_ns, __ATOMIC_RELAXED);
	if (lost > thread->since_ns) {
		thread->stats.held_ns += lost - thread->since_ns;
		thread->since_ns = lost;
		charge(thread, after_loss);
	} else {
		charge(thread, &thread->stats.held_ns);
	}
}

void model_wait_begin(struct lockmodel_thread *thread)
{
	charge_running(thread, &thread->stats.waited_ns);
	thread->outside = false;
}

void model_pause_end(struct lockmodel_thread *thread)
{
	charge(thread, &thread->stats.waited_ns);
}

void model_wait_end(struct lockmodel_thread *thread)
{
	int64_t since = thread->since_ns;
	charge(thread, &thread->stats.waited_ns);
	thread->stats.contended++;
	if (thread->since_ns - since > thread->stats.longest_wait_ns) {
		thread->stats.longest_wait_ns = thread->since_ns - since;
	}
}

/* The lock was last held by another thread, or by none yet. */
static void note_switch(struct lockmodel_thread *thread)
{
	struct lockmodel_thread *previous = thread->lock->last_taker;
	charge_running(thread, &thread->stats.waited_ns);
	thread->outside = false;
	__atomic_store_n(&thread->lost_ns, 0, __ATOMIC_RELAXED);
	if (previous) {
		thread->stats.switches++;
		__atomic_store_n(&previous->lost_ns, thread->since_ns, __ATOMIC_RELAXED);
	}
	thread->lock->last_taker = thread;
}

void model_taken(struct lockmodel_thread *thread)
{
	struct lockmodel_lock *lock = thread->lock;
	thread->stats.acquisitions++;
	if (lock->last_taker != thread) {
		note_switch(thread);
	}
}

static void acquire(struct lockmodel_thread *thread)
{
	if (thread->lock->model->acquire) {
		thread->lock->model->acquire(thread);
		model_taken(thread);
	}
}

static void release(struct lockmodel_thread *thread)
{
	if (thread->lock->model->release) {
		thread->lock->model->release(thread);
	}
}

void model_yield(struct lockmodel_thread *thread)
{
	release(thread);
	acquire(thread);
}

void lockmodel_acquire(struct lockmodel_thread *thread)
{
	acquire(thread);
	if (thread->outside) {
		charge(thread, &thread->stats.outside_ns);
		thread->outside = false;
	}
}

void lockmodel_release(struct lockmodel_thread *thread)
{
	release(thread);
}

void lockmodel_begin_blocking(struct lockmodel_thread *thread)
{
	if (thread->lock->model->polls_before_blocking &&
		__atomic_load_n(thread->breaker, __ATOMIC_RELAXED)) {
		lockmodel_checkpoint_slow(thread);
	}
	release(thread);
	charge_running(thread, &thread->stats.outside_ns);
	thread->outside = true;
}

void lockmodel_end_blocking(struct lockmodel_thread *thread)
{
	lockmodel_acquire(thread);
}

void lockmodel_checkpoint_slow(struct lockmodel_thread *thread)
{
	thread->lock->model->checkpoint(thread);
}

void lockmodel_read_stats(struct lockmodel_thread *thread, struct lockmodel_stats *stats)
{
	charge_running(thread, &thread->stats.outside_ns);
	*stats = thread->stats;
}

static size_t round_to_lines(size_t size)
{
	return (size + LOCKMODEL_CACHE_LINE - 1) & -(size_t)LOCKMODEL_CACHE_LINE;
}

/* Allocates zeroed memory that shares no cache line with other data. */
static void *allocate_lines(size_t size)
{
	size_t rounded = round_to_lines(size);
	void *memory = aligned_alloc(LOCKMODEL_CACHE_LINE, rounded);
	if (memory) {
		memset(memory, 0, rounded);
	}
	return memory;
}

/* Adds a handle to the lock's list, which only grows until the lock is destroyed. */
static void list_handle(struct lockmodel_lock *lock, struct lockmodel_thread *thread)
{
	thread->older = __atomic_load_n(&lock->handles, __ATOMIC_RELAXED);
	/* Release: whoever reads the list sees the contents of the handles. */
	while (!__atomic_compare_exchange_n(
		&lock->handles, &thread->older, thread, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
	}
}

struct lockmodel_thread *lockmodel_attach(struct lockmodel_lock *lock)
{
	const struct lockmodel *model = lock->model;
	struct lockmodel_thread *thread;
	size_t handle_size = round_to_lines(sizeof(*thread));
	thread = allocate_lines(handle_size + model->thread_size);
	if (!thread) {
		return NULL;
	}
	thread->lock = lock;
	thread->ticks_left = lock->first_ticks;
	thread->breaker = lock->breaker;
	thread->polls = lock->polls;
	thread->state = (unsigned char *)thread + handle_size;
	thread->outside = true;
	thread->since_ns = os_now_ns();

	int error = model->attach ? model->attach(thread) : 0;
	if (error) {
		free(thread);
		errno = -error;
		return NULL;
	}
	list_handle(lock, thread);
	return thread;
}

struct lockmodel_lock *lockmodel_of(const struct lockmodel_thread *thread)
{
	return thread->lock;
}

void lockmodel_detach(struct lockmodel_thread *thread)
{
	if (thread->lock->model->detach) {
		thread->lock->model->detach(thread);
	}
}

struct lockmodel_lock *lockmodel_create(const struct spec *spec)
{
	const struct lockmodel *model = registry_model(spec->index);
	struct lockmodel_lock *lock = allocate_lines(sizeof(*lock) + model->lock_size);
	if (!lock) {
		return NULL;
	}
	lock->model = model;
	lock->first_ticks = MODEL_TICKS_FOREVER;
	lock->breaker = &model_breaker_never;
	memcpy(lock->values, spec->values, sizeof(lock->values));

	int error = model->init ? model->init(lock) : 0;
	if (error) {
		free(lock);
		errno = -error;
		return NULL;
	}
	return lock;
}

void lockmodel_destroy(struct lockmodel_lock *lock)
{
	if (!lock) {
		return;
	}
	if (lock->model->finish) {
		lock->model->finish(lock);
	}
	/* A plain read: the caller has synchronised with all threads, which have detached. */
	for (struct lockmodel_thread *thread = lock->handles; thread;) {
		struct lockmodel_thread *older = thread->older;
		free(thread);
		thread = older;
	}
	free(lock);
}

int lockmodel_after_fork(struct lockmodel_thread *thread)
{
	const struct lockmodel *model = thread->lock->model;
	int error = model->after_fork ? model->after_fork(thread) : 0;
	if (error) {
		return error;
	}
	lockmodel_acquire(thread);
	return 0;
}

bool lockmodel_excludes(const struct spec *spec)
{
	return registry_model(spec->index)->acquire != NULL;
}

int64_t lockmodel_quantum_ns(const struct spec *spec)
{
	int quantum = registry_model(spec->index)->quantum;
	return quantum ? spec->values[quantum - 1] : 0;
}
