/*
 * The lock of Ruby 3.3 to 4.0 (the scheduler of a Ractor's threads, each on a native one).
 *
 * State. Under the scheduler's mutex: the thread that is `running`, which may still be asleep, and
 * `readyq`, the threads that are ready, in the order of their arrival, each asleep on a condition
 * of its own. Under a second one, of the whole virtual machine: the thread that is to get ticks,
 * and what the timer thread waits for.
 *
 * Acquire. If nobody is running, run. Otherwise join the queue at its end and sleep until somebody
 * has made one the running thread. So it is first come, first served, and nobody ever goes before a
 * thread that is queued.
 *
 * Release. Make the first of the queue the running thread, before anybody can look, and wake it.
 * The lock belongs to it while it wakes up: every release with somebody in the queue, and so every
 * blocking call however short, costs a context switch.
 *
 * Timer. A thread that really runs while others are ready gets ticks: from when the first of them
 * joins the queue, or from when it wakes up, until it gives the lock up. The timer thread sets its
 * interrupt each time that one `tick` has passed while somebody was to get ticks, and sleeps for
 * good when nobody is.
 *
 * Checkpoint, and before a blocking call. If the interrupt is set: one more tick has been used. At
 * `timeslice` or more the thread yields, which does nothing if the queue is empty, and otherwise is
 * a release and an acquisition in one, at the end of the queue. What it has used is forgotten only
 * when another thread has run in between. So the time slice is rounded up to ticks, which are the
 * timer's, not the thread's: it may be short of up to one.
 *
 * After fork the child has a new lock, held by it, an empty queue and a timer thread of its own.
 *
 * Follows Ruby 3.3 to 4.0: thread_pthread.c (thread_sched_to_running_common, thread_sched_yield,
 * thread_sched_to_waiting, thread_sched_setup_running_threads, timer_thread_func), thread.c
 * (rb_threadptr_execute_interrupts), ractor_core.h (rb_ractor_thread_switch); `timeslice` is
 * RUBY_THREAD_TIMESLICE. There the timer thread is there from the start. Here, where it would only
 * sleep before there are two threads, it is started with the second. Left out: priorities; what
 * else interrupts a thread; other Ractors and threads without a native one of their own (M:N), with
 * the events that cut the timer's sleep short.
 */
#include "registry.h"
#include "waitqueue.h"

enum { TIMESLICE, TICK };

/* A thread's own state. */
struct sched_thread {
	struct waitqueue_node node; /* in readyq; under lock */
	struct os_cond cond;
	int64_t running_time_ns; /* its own, while it runs */
	/* Apart from the rest: its thread polls it while others wake it. */
	alignas(LOCKMODEL_CACHE_LINE) int interrupt;
};

struct ruby_handoff {
	struct os_mutex lock; /* guards what is up to last_ran */
	struct sched_thread *running;
	struct waitqueue readyq;
	bool is_running; /* it has woken up */
	const struct sched_thread *last_ran;

	struct os_mutex vm_lock; /* guards the rest; taken under lock, or alone */
	struct sched_thread *timeslice_thread;
	struct os_cond timer_cond;
	bool timer_waits; /* for good, until it is woken */
	bool timer_runs;
	bool timer_stop;
	int attached;
	struct os_thread timer_thread;
};

static struct ruby_handoff *sched_of(struct lockmodel_lock *lock)
{
	return (struct ruby_handoff *)lock->state;
}

/*
 * Set by the timer under vm_lock, seen and cleared by its thread without: it is a hint, on which
 * nothing but the counting of ticks depends, and publishes no data. Relaxed is enough.
 */
static void set_interrupt(struct sched_thread *own, bool interrupt)
{
	__atomic_store_n(&own->interrupt, interrupt, __ATOMIC_RELAXED);
}

static int init_primitives(struct ruby_handoff *sched)
{
	int error = os_mutex_init(&sched->lock);
	if (error) {
		return error;
	}
	error = os_mutex_init(&sched->vm_lock);
	if (error) {
		goto no_vm_lock;
	}
	error = os_cond_init(&sched->timer_cond);
	if (error) {
		goto no_timer_cond;
	}
	return 0;

no_timer_cond:
	os_mutex_finish(&sched->vm_lock);
no_vm_lock:
	os_mutex_finish(&sched->lock);
	return error;
}

static int ruby_handoff_init(struct lockmodel_lock *lock)
{
	struct ruby_handoff *sched = sched_of(lock);
	waitqueue_init(&sched->readyq);
	return init_primitives(sched);
}

static void ruby_handoff_finish(struct lockmodel_lock *lock)
{
	struct ruby_handoff *sched = sched_of(lock);
	if (sched->timer_runs) {
		os_mutex_lock(&sched->vm_lock);
		sched->timer_stop = true;
		os_cond_signal(&sched->timer_cond);
		os_mutex_unlock(&sched->vm_lock);
		os_thread_join(&sched->timer_thread);
	}
	os_cond_finish(&sched->timer_cond);
	os_mutex_finish(&sched->vm_lock);
	os_mutex_finish(&sched->lock);
}

static void *run_timer(void *argument)
{
	struct lockmodel_lock *lock = argument;
	struct ruby_handoff *sched = sched_of(lock);
	os_mutex_lock(&sched->vm_lock);
	while (!sched->timer_stop) {
		sched->timer_waits = !sched->timeslice_thread;
		if (sched->timer_waits) {
			os_cond_wait(&sched->timer_cond, &sched->vm_lock);
			continue;
		}
		int64_t deadline_ns = os_now_ns() + lock->values[TICK];
		bool woken = os_cond_wait_until(&sched->timer_cond, &sched->vm_lock, deadline_ns);
		if (!woken && sched->timeslice_thread) {
			set_interrupt(sched->timeslice_thread, true);
		}
	}
	os_mutex_unlock(&sched->vm_lock);
	return NULL;
}

/* With vm_lock held. */
static int start_timer(struct lockmodel_lock *lock)
{
	struct ruby_handoff *sched = sched_of(lock);
	int error = os_thread_start(&sched->timer_thread, run_timer, lock);
	sched->timer_runs = !error;
	return error;
}

static int ruby_handoff_attach(struct lockmodel_thread *thread)
{
	struct ruby_handoff *sched = sched_of(thread->lock);
	struct sched_thread *own = thread->state;
	thread->breaker = &own->interrupt;
	int error = os_cond_init(&own->cond);
	if (error) {
		return error;
	}
	os_mutex_lock(&sched->vm_lock);
	if (sched->attached > 0 && !sched->timer_runs) {
		error = start_timer(thread->lock);
	}
	sched->attached += !error;
	os_mutex_unlock(&sched->vm_lock);
	if (error) {
		os_cond_finish(&own->cond);
	}
	return error;
}

static void ruby_handoff_detach(struct lockmodel_thread *thread)
{
	struct ruby_handoff *sched = sched_of(thread->lock);
	struct sched_thread *own = thread->state;
	os_mutex_lock(&sched->vm_lock);
	sched->attached--;
	os_mutex_unlock(&sched->vm_lock);
	os_cond_finish(&own->cond);
}

static int ruby_handoff_after_fork(struct lockmodel_thread *thread)
{
	struct ruby_handoff *sched = sched_of(thread->lock);
	sched->running = NULL;
	sched->is_running = false;
	sched->timeslice_thread = NULL;
	sched->timer_waits = false;
	sched->timer_runs = false;
	sched->attached = 0;
	int error = ruby_handoff_init(thread->lock);
	return error ? error : ruby_handoff_attach(thread);
}

/* The rest is done with `lock` held. */

/* From now on the running thread gets ticks. */
static void add_timeslice(struct ruby_handoff *sched, struct sched_thread *running)
{
	sched->timeslice_thread = running;
	if (sched->timer_waits) {
		os_cond_signal(&sched->timer_cond);
	}
}

/* The thread that is `running` begins to. */
static void begin_running(struct ruby_handoff *sched, struct sched_thread *own)
{
	sched->is_running = true;
	os_mutex_lock(&sched->vm_lock);
	if (!waitqueue_empty(&sched->readyq)) {
		add_timeslice(sched, own);
	}
	os_mutex_unlock(&sched->vm_lock);
	if (sched->last_ran != own) {
		sched->last_ran = own;
		own->running_time_ns = 0;
	}
}

/* Makes the first in the queue the running thread, or none. */
static void hand_over(struct ruby_handoff *sched)
{
	struct sched_thread *next = waitqueue_first(&sched->readyq);
	if (next) {
		waitqueue_remove(&next->node);
		os_cond_signal(&next->cond);
	}
	sched->running = next;
	sched->is_running = false;
	os_mutex_lock(&sched->vm_lock);
	sched->timeslice_thread = NULL;
	os_mutex_unlock(&sched->vm_lock);
}

static void join_queue(struct ruby_handoff *sched, struct sched_thread *own)
{
	if (sched->is_running && waitqueue_empty(&sched->readyq)) {
		os_mutex_lock(&sched->vm_lock);
		add_timeslice(sched, sched->running);
		os_mutex_unlock(&sched->vm_lock);
	}
	waitqueue_append(&sched->readyq, &own->node);
}

/* After model_wait_begin(). */
static void wait_for_turn(struct ruby_handoff *sched, struct lockmodel_thread *thread)
{
	struct sched_thread *own = thread->state;
	join_queue(sched, own);
	while (sched->running != own) {
		os_cond_wait(&own->cond, &sched->lock);
	}
	model_wait_end(thread);
}

static void ruby_handoff_acquire(struct lockmodel_thread *thread)
{
	struct ruby_handoff *sched = sched_of(thread->lock);
	os_mutex_lock(&sched->lock);
	if (sched->running) {
		model_wait_begin(thread);
		wait_for_turn(sched, thread);
	} else {
		sched->running = thread->state;
	}
	begin_running(sched, thread->state);
	os_mutex_unlock(&sched->lock);
}

static void ruby_handoff_release(struct lockmodel_thread *thread)
{
	struct ruby_handoff *sched = sched_of(thread->lock);
	os_mutex_lock(&sched->lock);
	hand_over(sched);
	os_mutex_unlock(&sched->lock);
}

static void give_way(struct ruby_handoff *sched, struct lockmodel_thread *thread)
{
	os_mutex_lock(&sched->lock);
	bool others = !waitqueue_empty(&sched->readyq);
	if (others) {
		model_wait_begin(thread);
		hand_over(sched);
		wait_for_turn(sched, thread);
		begin_running(sched, thread->state);
	}
	os_mutex_unlock(&sched->lock);
	if (others) {
		thread->stats.drops_honoured++;
		model_taken(thread);
	}
}

static void ruby_handoff_checkpoint(struct lockmodel_thread *thread)
{
	const struct lockmodel_lock *lock = thread->lock;
	struct sched_thread *own = thread->state;
	set_interrupt(own, false);
	thread->stats.drop_requests++;
	own->running_time_ns += lock->values[TICK];
	if (own->running_time_ns >= lock->values[TIMESLICE]) {
		give_way(sched_of(thread->lock), thread);
	}
}

const struct lockmodel model_ruby_handoff = {
	.form = {
		.name = "ruby_handoff",
		.summary = "Ruby 3.3 to 4.0: handed to the first of a queue, ticks by a thread",
		.source = "Ruby 3.3 and 3.4, thread_pthread.c",
		.params = {
			[TIMESLICE] = {
				.name = "timeslice",
				.summary = "how long a thread runs while others wait, in whole ticks",
				.kind = SPEC_DURATION,
				.initial = 100000000,
				.min = 100000,
				.max = 10000000000,
			},
			[TICK] = {
				.name = "tick",
				.summary = "of the timer thread, which Ruby has fixed",
				.kind = SPEC_DURATION,
				.initial = 10000000,
				.min = 100000,
				.max = 1000000000,
			},
		},
	},
	.runtimes = {
		{ .name = "ruby", .first = { 3, 3 }, .last = { 4, 0 } },
	},
	.quantum = TIMESLICE + 1,
	.lock_size = sizeof(struct ruby_handoff),
	.thread_size = sizeof(struct sched_thread),
	.init = ruby_handoff_init,
	.finish = ruby_handoff_finish,
	.attach = ruby_handoff_attach,
	.detach = ruby_handoff_detach,
	.acquire = ruby_handoff_acquire,
	.release = ruby_handoff_release,
	.polls_before_blocking = true,
	.checkpoint = ruby_handoff_checkpoint,
	.after_fork = ruby_handoff_after_fork,
};
