/*
 * The lock of Ruby 2.6 to 3.2 (the GVL, with a queue of waiters and no timer thread).
 *
 * State, all under one mutex. The `owner`; `waitq`, the waiters in the order of their arrival, each
 * asleep on a condition of its own; `timer`, the waiter that acts as timer; and what a forced
 * switch needs: `need_yield` and `wait_yield`, with a condition for each.
 *
 * Acquire. Whoever finds no owner takes the lock, though others may be queued and one of them be on
 * its way: there is barging. Otherwise join the queue at its end and sleep; a waiter that wakes and
 * finds an owner again sleeps again, and keeps its place. Taking the lock after a wait ends a
 * forced switch, if one is going on. Whoever takes the lock and sees no timer wakes the last in the
 * queue, to become it.
 *
 * Timer. A waiter about to sleep, if there is no timer, becomes it: it sleeps until a deadline, one
 * `quantum` ahead, and after that (or after being woken earlier, for whatever reason) sets the
 * interrupt of the owner, if there is one. A timer that was woken early leaves its deadline to the
 * next; a new one is made only when the last expired, or when the lock was last taken without a
 * wait. So the ticks belong to the lock and not to the owner, who may be cut right after it began.
 *
 * Release. No owner; wake the first in the queue, which is still behind whoever comes by.
 *
 * Checkpoint, and before a blocking call. If the thread's own interrupt is set: yield. Release; if
 * another yield is going on, wait until it has ended; otherwise, if anybody is queued, wait until
 * somebody that had to wait has taken the lock; otherwise leave it to the system to run others.
 * Then acquire, at the end of the queue. So nobody who yields to a waiter gets the lock back first.
 *
 * After fork the child has a new lock, held by it, and nobody waiting.
 *
 * Follows Ruby 2.6 to 3.2: thread_pthread.c (gvl_acquire_common, do_gvl_timer, gvl_release_common,
 * gvl_yield; since 3.1 thread_sched_*) and thread.c (rb_threadptr_execute_interrupts). One tick is
 * all of the time that a thread of normal priority has, so that its running time need not be
 * counted. Left out: priorities; what else interrupts a thread (signals, Thread#raise, the wake-ups
 * of threads that block outside, which share the timer); the yield that is none because the process
 * has only one thread.
 */
#include "registry.h"
#include "waitqueue.h"

enum { QUANTUM };

/* A thread's own state. */
struct waitq_thread {
	struct waitqueue_node node; /* in waitq; under lock */
	struct os_cond cond;
	/* Apart from the rest: its thread polls it while others wake it. */
	alignas(LOCKMODEL_CACHE_LINE) int interrupt;
};

struct ruby_waitq {
	struct os_mutex lock; /* guards all of it */
	struct waitq_thread *owner;
	struct waitq_thread *timer;
	struct waitqueue waitq;
	bool timer_expired; /* so that the next timer makes a new deadline */
	int64_t deadline_ns;
	bool need_yield; /* a yielding thread waits until somebody has taken the lock */
	bool wait_yield; /* and others, until that has ended */
	struct os_cond switch_cond;
	struct os_cond switch_wait_cond;
};

static struct ruby_waitq *gvl_of(struct lockmodel_lock *lock)
{
	return (struct ruby_waitq *)lock->state;
}

/*
 * Set by the timer under the lock, seen and cleared by its thread without: it is a hint, on which
 * nothing but the moment of the next yield depends, and publishes no data. Relaxed is enough.
 * Returns false if it was set already.
 */
static bool interrupt(struct waitq_thread *own)
{
	return !__atomic_exchange_n(&own->interrupt, true, __ATOMIC_RELAXED);
}

static void clear_interrupt(struct waitq_thread *own)
{
	__atomic_store_n(&own->interrupt, false, __ATOMIC_RELAXED);
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
	struct waitq_thread *own = thread->state;
	thread->breaker = &own->interrupt;
	return os_cond_init(&own->cond);
}

static void ruby_waitq_detach(struct lockmodel_thread *thread)
{
	struct waitq_thread *own = thread->state;
	os_cond_finish(&own->cond);
}

static int ruby_waitq_after_fork(struct lockmodel_thread *thread)
{
	int error = ruby_waitq_init(thread->lock);
	return error ? error : ruby_waitq_attach(thread);
}

/* Sleeps as the timer, and interrupts whoever owns the lock then. */
static void sleep_as_timer(struct ruby_waitq *gvl, struct lockmodel_thread *thread)
{
	struct waitq_thread *own = thread->state;
	gvl->timer = own;
	if (gvl->timer_expired) {
		gvl->deadline_ns = os_now_ns() + thread->lock->values[QUANTUM];
	}
	gvl->timer_expired = !os_cond_wait_until(&own->cond, &gvl->lock, gvl->deadline_ns);
	if (gvl->owner) {
		thread->stats.drop_requests += interrupt(gvl->owner);
	}
	gvl->timer = NULL;
}

static void wait_in_queue(struct ruby_waitq *gvl, struct lockmodel_thread *thread)
{
	struct waitq_thread *own = thread->state;
	waitqueue_append(&gvl->waitq, &own->node);
	do {
		if (gvl->timer) {
			os_cond_wait(&own->cond, &gvl->lock);
		} else {
			sleep_as_timer(gvl, thread);
		}
	} while (gvl->owner);
	waitqueue_remove(&own->node);
}

/* With the lock's mutex held, here and below. */
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

static void give_up(struct ruby_waitq *gvl)
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
	give_up(gvl);
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

static void let_system_choose(struct ruby_waitq *gvl, struct lockmodel_thread *thread)
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
	give_up(gvl);
	if (gvl->wait_yield) {
		wait_for_other_yield(gvl, thread);
	} else if (!waitqueue_empty(&gvl->waitq)) {
		wait_until_taken(gvl, thread);
	} else {
		let_system_choose(gvl, thread);
	}
	take(gvl, thread);
	os_mutex_unlock(&gvl->lock);
	model_taken(thread);
}

const struct lockmodel model_ruby_waitq = {
	.form = {
		.name = "ruby_waitq",
		.summary = "Ruby 2.6 to 3.2: a queue, and ticks by one of the waiters",
		.source = "Ruby 2.6 to 3.2, thread_pthread.c",
		.params = {
			[QUANTUM] = {
				.name = "quantum",
				.summary = "between two ticks, each of which makes the owner yield",
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
