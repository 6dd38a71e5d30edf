/*
 * The lock of Ruby 2.6 to 3.2 (the GVL, with a queue of waiters and no timer thread).
 *
 * State, all guarded by one mutex. The `owner`; `waitq`, the waiters in the order of their arrival,
 * each asleep on a condition of its own; `timer`, the waiter that acts as the timer; and
 * `need_yield` and `wait_yield`, each with a condition, for the forced switch.
 *
 * Acquire. A thread that finds no owner takes the lock, even if others are queued and one of them
 * has been woken: barging is possible. Otherwise it enters the queue at the end and sleeps; if it
 * wakes and there is an owner again, it sleeps again and keeps its place. A thread that takes the
 * lock after a wait ends a forced switch that is in progress. A thread that takes the lock while no
 * waiter is the timer wakes the last one in the queue, to become the timer.
 *
 * Timer. A waiter that is about to sleep while there is no timer becomes the timer. It sleeps until
 * a deadline, one `quantum` ahead; then, or when it is woken earlier for any reason, it sets the
 * interrupt of the owner, if there is one. A timer that was woken early leaves its deadline to the
 * next one; a new deadline is set only after the last one has passed, or after the lock was taken
 * without a wait. So ticks belong to the lock and not to the owner, which may be interrupted just
 * after it has started.
 *
 * Release. Clear the owner and wake the first waiter in the queue, which still competes with
 * threads that arrive.
 *
 * Checkpoint, and before a blocking region. If the thread's own interrupt is set, yield: release;
 * then, if another yield is in progress, wait until it has ended; otherwise, if there are waiters,
 * wait until a thread that had to wait has taken the lock; otherwise call sched_yield(). Then
 * acquire, at the end of the queue. So a thread that yields to a waiter does not get the lock back
 * first.
 *
 * Fork. The child creates a new lock and holds it; the queue is empty.
 *
 * Source. Ruby 2.6 to 3.2: thread_pthread.c (gvl_acquire_common, do_gvl_timer, gvl_release_common,
 * gvl_yield; since 3.1 thread_sched_*) and thread.c (rb_threadptr_execute_interrupts). One tick
 * uses up the whole time slice of a thread with normal priority, so running time is not counted
 * here. Left out: priorities; other interrupts (signals, Thread#raise, and wake-ups of threads in
 * blocking regions, which share the timer); a process with a single thread does not yield at all.
 */
#include "registry.h"
#include "waitqueue.h"

enum { QUANTUM };

/* The per-thread state. */
struct waitq_thread {
	struct waitqueue_node node; /* in waitq; guarded by lock */
	struct os_cond cond;
	/* On its own cache line: the thread polls it while others use the rest. */
	alignas(LOCKMODEL_CACHE_LINE) int interrupt;
};

struct ruby_waitq {
	struct os_mutex lock; /* guards everything here */
	struct waitq_thread *owner;
	struct waitq_thread *timer;
	struct waitqueue waitq;
	bool timer_expired; /* the next timer sets a new deadline */
	int64_t deadline_ns;
	bool need_yield; /* a yielding thread waits until a waiter has taken the lock */
	bool wait_yield; /* a yield is in progress; other yielding threads wait for its end */
	struct os_cond switch_cond;
	struct os_cond switch_wait_cond;
};

static struct ruby_waitq *gvl_of(struct lockmodel_lock *lock)
{
	return (struct ruby_waitq *)lock->state;
}

/*
 * Sets a thread's interrupt. Returns false if it was set already.
 *
 * The timer sets it with the lock held; its thread reads and clears it without. Only the moment of
 * the next yield depends on it, and no data is published through it. Relaxed is enough.
 */
static bool set_interrupt(struct waitq_thread *self)
{
	return !__atomic_exchange_n(&self->interrupt, true, __ATOMIC_RELAXED);
}

static void clear_interrupt(struct waitq_thread *self)
{
	__atomic_store_n(&self->interrupt, false, __ATOMIC_RELAXED);
}

static int init_primitives(struct ruby_waitq *gvl)
{
	int error = os_mutex_init(&gvl->lock);
	if (error) {
		return error;
	}
	error = os_cond_init(&gvl->switch_cond);
	if (error) {
		goto no_switch_cond;
	}
	error = os_cond_init(&gvl->switch_wait_cond);
	if (error) {
		goto no_switch_wait_cond;
	}
	return 0;

no_switch_wait_cond:
	os_cond_finish(&gvl->switch_cond);
no_switch_cond:
	os_mutex_finish(&gvl->lock);
	return error;
}

static int ruby_waitq_init(struct lockmodel_lock *lock)
{
	struct ruby_waitq *gvl = gvl_of(lock);
	gvl->owner = NULL;
	gvl->timer = NULL;
	gvl->timer_expired = true;
	gvl->need_yield = false;
	gvl->wait_yield = false;
	waitqueue_init(&gvl->waitq);
	return init_primitives(gvl);
}

static void ruby_waitq_finish(struct lockmodel_lock *lock)
{
	struct ruby_waitq *gvl = gvl_of(lock);
	os_cond_finish(&gvl->switch_wait_cond);
	os_cond_finish(&gvl->switch_cond);
	os_mutex_finish(&gvl->lock);
}

static int ruby_waitq_attach(struct lockmodel_thread *thread)
{
	struct waitq_thread *self = thread->state;
	thread->breaker = &self->interrupt;
	return os_cond_init(&self->cond);
}

static void ruby_waitq_detach(struct lockmodel_thread *thread)
{
	struct waitq_thread *self = thread->state;
	os_cond_finish(&self->cond);
}

static int ruby_waitq_after_fork(struct lockmodel_thread *thread)
{
	int error = ruby_waitq_init(thread->lock);
	return error ? error : ruby_waitq_attach(thread);
}

/* Sleeps as the timer, and then interrupts the owner of the lock. */
static void sleep_as_timer(struct ruby_waitq *gvl, struct lockmodel_thread *thread)
{
	struct waitq_thread *self = thread->state;
	gvl->timer = self;
	if (gvl->timer_expired) {
		gvl->deadline_ns = os_now_ns() + thread->lock->values[QUANTUM];
	}
	gvl->timer_expired = !os_cond_wait_until(&self->cond, &gvl->lock, gvl->deadline_ns);
	if (gvl->owner) {
		thread->stats.drop_requests += set_interrupt(gvl->owner);
	}
	gvl->timer = NULL;
}

static void wait_in_queue(struct ruby_waitq *gvl, struct lockmodel_thread *thread)
{
	struct waitq_thread *self = thread->state;
	waitqueue_append(&gvl->waitq, &self->node);
	do {
		if (gvl->timer) {
			os_cond_wait(&self->cond, &gvl->lock);
		} else {
			sleep_as_timer(gvl, thread);
		}
	} while (gvl->owner);
	waitqueue_remove(&self->node);
}

/* Called with the mutex held, like all functions below except the operations themselves. */
static void take(struct ruby_waitq *gvl, struct lockmodel_thread *thread)
{
	if (gvl->owner) {
		model_wait_begin(thread);
		wait_in_queue(gvl, thread);
		model_wait_end(thread);
		if (gvl->need_yield) {
			gvl->need_yield = false;
			os_cond_signal(&gvl->switch_cond);
		}
	} else {
		gvl->timer_expired = true;
	}
	gvl->owner = thread->state;
	struct waitq_thread *last = waitqueue_last(&gvl->waitq);
	if (!gvl->timer && last) {
		os_cond_signal(&last->cond);
	}
}

static void drop(struct ruby_waitq *gvl)
{
	struct waitq_thread *first = waitqueue_first(&gvl->waitq);
	gvl->owner = NULL;
	if (first) {
		os_cond_signal(&first->cond);
	}
}

static void ruby_waitq_acquire(struct lockmodel_thread *thread)
{
	struct ruby_waitq *gvl = gvl_of(thread->lock);
	os_mutex_lock(&gvl->lock);
	take(gvl, thread);
	os_mutex_unlock(&gvl->lock);
}

static void ruby_waitq_release(struct lockmodel_thread *thread)
{
	struct ruby_waitq *gvl = gvl_of(thread->lock);
	os_mutex_lock(&gvl->lock);
	drop(gvl);
	os_mutex_unlock(&gvl->lock);
}

static void wait_for_other_yield(struct ruby_waitq *gvl, struct lockmodel_thread *thread)
{
	model_wait_begin(thread);
	while (gvl->wait_yield) {
		os_cond_wait(&gvl->switch_wait_cond, &gvl->lock);
	}
	model_pause_end(thread);
}

static void wait_until_taken(struct ruby_waitq *gvl, struct lockmodel_thread *thread)
{
	gvl->need_yield = true;
	gvl->wait_yield = true;
	model_wait_begin(thread);
	while (gvl->need_yield) {
		os_cond_wait(&gvl->switch_cond, &gvl->lock);
	}
	model_pause_end(thread);
	gvl->wait_yield = false;
	os_cond_broadcast(&gvl->switch_wait_cond);
}

static void yield_processor(struct ruby_waitq *gvl, struct lockmodel_thread *thread)
{
	os_mutex_unlock(&gvl->lock);
	model_wait_begin(thread);
	os_yield();
	model_pause_end(thread);
	os_mutex_lock(&gvl->lock);
}

static void ruby_waitq_checkpoint(struct lockmodel_thread *thread)
{
	struct ruby_waitq *gvl = gvl_of(thread->lock);
	clear_interrupt(thread->state);
	thread->stats.drops_honoured++;
	os_mutex_lock(&gvl->lock);
	drop(gvl);
	if (gvl->wait_yield) {
		wait_for_other_yield(gvl, thread);
	} else if (!waitqueue_empty(&gvl->waitq)) {
		wait_until_taken(gvl, thread);
	} else {
		yield_processor(gvl, thread);
	}
	take(gvl, thread);
	os_mutex_unlock(&gvl->lock);
	model_taken(thread);
}

const struct lockmodel model_ruby_waitq = {
	.form = {
		.name = "ruby_waitq",
		.summary = "Ruby 2.6 to 3.2: a queue with barging; a waiter is the timer",
		.source = "Ruby 2.6 to 3.2, thread_pthread.c",
		.params = {
			[QUANTUM] = {
				.name = "quantum",
				.summary = "time between two ticks, each of which makes the owner yield",
				.kind = SPEC_DURATION,
				.initial = 100000000,
				.min = 100000,
				.max = 10000000000,
			},
		},
	},
	.runtimes = {
		{ .name = "ruby", .first = { 2, 6 }, .last = { 3, 2 } },
	},
	.quantum = QUANTUM + 1,
	.lock_size = sizeof(struct ruby_waitq),
	.thread_size = sizeof(struct waitq_thread),
	.init = ruby_waitq_init,
	.finish = ruby_waitq_finish,
	.attach = ruby_waitq_attach,
	.detach = ruby_waitq_detach,
	.acquire = ruby_waitq_acquire,
	.release = ruby_waitq_release,
	.polls_before_blocking = true,
	.checkpoint = ruby_waitq_checkpoint,
	.after_fork = ruby_waitq_after_fork,
};
