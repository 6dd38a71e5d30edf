/*
 * What all lock models share: making locks and handles, and the statistics.
 *
 * Time is accounted as a chain of stamps. A handle remembers since when its thread has been in its
 * present state; each change of state reads the clock once and books the difference, so that the
 * three sums always make up the whole time, with no gap between them. Only slow paths change state:
 * a wait that really waits, a blocking region, the first acquisition, an acquisition that takes the
 * lock from another thread.
 *
 * The last is what ends the other thread's time as holder. It gave the lock up without reading the
 * clock, and may notice only much later that it does not have it any more; so the one who took it
 * leaves the time in the other's handle, where the other finds it at its next change of state.
 */
#include "model.h"
#include "registry.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const int model_breaker_never = 0;

static void book(struct lockmodel_thread *thread, int64_t *account)
{
	int64_t now = os_now_ns();
	*account += now - thread->since_ns;
	thread->since_ns = now;
}

/*
 * Books the time since the last stamp: as held or outside, and what came after the loss of the lock
 * to another thread on `after_loss`. Relaxed: if the time of the loss comes too late to be seen,
 * this is hardly later than the loss itself.
 */
static void book_running(struct lockmodel_thread *thread, int64_t *after_loss)
{
	if (thread->outside) {
		book(thread, &thread->stats.outside_ns);
		return;
	}
	int64_t lost = __atomic_load_n(&thread->lost_ns, __ATOMIC_RELAXED);
	if (lost > thread->since_ns) {
		thread->stats.held_ns += lost - thread->since_ns;
		thread->since_ns = lost;
		book(thread, after_loss);
	} else {
		book(thread, &thread->stats.held_ns);
	}
}

void model_wait_begin(struct lockmodel_thread *thread)
{
	book_running(thread, &thread->stats.waited_ns);
	thread->outside = false;
}

void model_pause_end(struct lockmodel_thread *thread)
{
	book(thread, &thread->stats.waited_ns);
}

void model_wait_end(struct lockmodel_thread *thread)
{
	int64_t since = thread->since_ns;
	book(thread, &thread->stats.waited_ns);
	thread->stats.contended++;
	if (thread->since_ns - since > thread->stats.longest_wait_ns) {
		thread->stats.longest_wait_ns = thread->since_ns - since;
	}
}

/* The lock came from another thread, or from none yet. */
static void switch_to(struct lockmodel_thread *thread)
{
	struct lockmodel_thread *before = thread->lock->last_taker;
	book_running(thread, &thread->stats.waited_ns);
	thread->outside = false;
	__atomic_store_n(&thread->lost_ns, 0, __ATOMIC_RELAXED);
	if (before) {
		thread->stats.switches++;
		__atomic_store_n(&before->lost_ns, thread->since_ns, __ATOMIC_RELAXED);
	}
	thread->lock->last_taker = thread;
}

void model_taken(struct lockmodel_thread *thread)
{
	struct lockmodel_lock *lock = thread->lock;
	thread->stats.acquisitions++;
	if (lock->last_taker != thread) {
		switch_to(thread);
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
		book(thread, &thread->stats.outside_ns);
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
	book_running(thread, &thread->stats.outside_ns);
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
	book_running(thread, &thread->stats.outside_ns);
	*stats = thread->stats;
}

static size_t whole_lines(size_t size)
{
	return (size + LOCKMODEL_CACHE_LINE - 1) & -(size_t)LOCKMODEL_CACHE_LINE;
}

static void *allocate_apart(size_t size)
{
	size_t rounded = whole_lines(size);
	void *memory = aligned_alloc(LOCKMODEL_CACHE_LINE, rounded);
	if (memory) {
		memset(memory, 0, rounded);
	}
	return memory;
}

/* Puts a handle on the lock's list, from which none is taken before the end. */
static void keep(struct lockmodel_lock *lock, struct lockmodel_thread *thread)
{
	thread->older = __atomic_load_n(&lock->handles, __ATOMIC_RELAXED);
	/* Release, so that whoever walks the list sees what stands in the handles. */
	while (!__atomic_compare_exchange_n(
		&lock->handles, &thread->older, thread, true, __ATOMIC_RELEASE, __ATOMIC_RELAXED)) {
	}
}

struct lockmodel_thread *lockmodel_attach(struct lockmodel_lock *lock)
{
	const struct lockmodel *model = lock->model;
	struct lockmodel_thread *thread;
	size_t own = whole_lines(sizeof(*thread));
	thread = allocate_apart(own + model->thread_size);
	if (!thread) {
		return NULL;
	}
	thread->lock = lock;
	thread->ticks_left = lock->first_ticks;
	thread->breaker = lock->breaker;
	thread->polls = lock->polls;
	thread->state = (unsigned char *)thread + own;
	thread->outside = true;
	thread->since_ns = os_now_ns();

	int error = model->attach ? model->attach(thread) : 0;
	if (error) {
		free(thread);
		errno = -error;
		return NULL;
	}
	keep(lock, thread);
	return thread;
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
	struct lockmodel_lock *lock = allocate_apart(sizeof(*lock) + model->lock_size);
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
	/* All threads have detached, by which the caller ordered their attaching before this. */
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
