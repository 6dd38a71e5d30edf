/*
 * A plain pthread mutex, released and acquired at every checkpoint.
 *
 * This is how a global lock is often imagined, but no runtime works like this; it is here for
 * comparison. Unlocking wakes at most one waiter, and the unlocking thread nearly always locks the
 * mutex again before the waiter runs. So as soon as a thread waits, each checkpoint costs a system
 * call, and there is still hardly a switch.
 */
#include "registry.h"

struct mutex {
	struct os_mutex mutex;
};

static struct mutex *mutex_of(struct lockmodel_lock *lock)
{
	return (struct mutex *)lock->state;
}

static int mutex_init(struct lockmodel_lock *lock)
{
	lock->first_ticks = 0;
	return os_mutex_init(&mutex_of(lock)->mutex);
}

static void mutex_finish(struct lockmodel_lock *lock)
{
	os_mutex_finish(&mutex_of(lock)->mutex);
}

static void mutex_acquire(struct lockmodel_thread *thread)
{
	struct mutex *mutex = mutex_of(thread->lock);
	if (!os_mutex_trylock(&mutex->mutex)) {
		model_wait_begin(thread);
		os_mutex_lock(&mutex->mutex);
		model_wait_end(thread);
	}
}

static void mutex_release(struct lockmodel_thread *thread)
{
	os_mutex_unlock(&mutex_of(thread->lock)->mutex);
}

static int mutex_after_fork(struct lockmodel_thread *thread)
{
	return mutex_init(thread->lock);
}

static void mutex_checkpoint(struct lockmodel_thread *thread)
{
	thread->ticks_left = 0;
	model_yield(thread);
}

const struct lockmodel model_mutex = {
	.form = {
		.name = "mutex",
		.summary = "a plain mutex, released and acquired at every checkpoint; no runtime does this",
	},
	.lock_size = sizeof(struct mutex),
	.init = mutex_init,
	.finish = mutex_finish,
	.acquire = mutex_acquire,
	.release = mutex_release,
	.checkpoint = mutex_checkpoint,
	.after_fork = mutex_after_fork,
};
