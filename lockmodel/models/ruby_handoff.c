/*
 * The lock of Ruby 3.3 to 4.0 (the scheduler for the threads of a Ractor, each on a native thread).
 *
 * State. Guarded by the scheduler's mutex: the `running` thread, which may still be asleep, and
 * `readyq`, the threads that are ready to run, in the order of their arrival, each asleep on a
 * condition of its own. Guarded by a second mutex, that of the virtual machine: the thread that
 * gets ticks, and the state of the timer thread.
 *
 * Acquire. If there is no running thread, become it. Otherwise enter the queue at the end, and
 * sleep until the releasing thread has made this thread the running one. So threads run first come,
 * first served, and nobody overtakes a thread that is queued.
 *
 * Release. Make the first thread in the queue the running one, atomically with the release, and
 * wake it. It owns the lock while it wakes up: each release with a thread in the queue, and so each
 * blocking region however short, costs a context switch.
 *
 * Timer. A thread that runs while others are queued gets ticks: from when the first of them enters
 * the queue, or from when it has woken up, until it releases the lock. Each time that one `tick`
 * has passed, the timer thread sets the interrupt of that thread. While no thread gets ticks the
 * timer thread sleeps without a timeout.
 *
 * Checkpoint, and before a blocking region. If the interrupt is set, add one tick to the running
 * time of the thread. At `timeslice` or more the thread yields: that does nothing if the queue is
 * empty, and is otherwise a release and an acquisition, at the end of the queue, in one step. The
 * running time is reset only when another thread has run in between. So the time slice is rounded
 * up to ticks; these are periods of the timer, not of the thread, so it may be up to one tick
 * shorter.
 *
 * Fork. The child creates a new lock and holds it, with an empty queue and its own timer thread.
 *
 * Source. Ruby 3.3 to 4.0: thread_pthread.c (thread_sched_to_running_common, thread_sched_yield,
 * thread_sched_to_waiting, thread_sched_setup_running_threads, timer_thread_func), thread.c
 * (rb_threadptr_execute_interrupts), ractor_core.h (rb_ractor_thread_switch); `timeslice` is
 * RUBY_THREAD_TIMESLICE. Ruby starts the timer thread at start-up; here it is started with the
 * second thread, since it would only sleep before. Left out: priorities; other interrupts; other
 * Ractors and threads without a native thread of their own (M:N), and the events of those that wake
 * the timer thread early.
 */
#include "registry.h"
#include "waitqueue.h"

enum { TIMESLICE, TICK };

/* The per-thread state. */
struct sched_thread {
	struct waitqueue_node node; /* in readyq; guarded by lock */
	struct os_cond cond;
	int64_t running_time_ns; /* used only by the thread itself, while it runs */
	/* On its own cache line: the thread polls it while others use the rest. */
	alignas(LOCKMODEL_CACHE_LINE) int interrupt;
};

struct ruby_handoff {
	struct os_mutex lock; /* guards the members up to last_ran */
	struct sched_thread *running;
	struct waitqueue readyq;
	bool is_running; /* `running` has woken up */
	const struct sched_thread *last_ran;

	struct os_mutex vm_lock; /* guards the members below; locked after `lock`, or alone */
	struct sched_thread *timeslice_thread; /* the thread that gets ticks */
	struct os_cond timer_cond;
	bool timer_waits; /* the timer thread sleeps without a timeout */
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
 * The timer sets it with vm_lock held; its thread reads and clears it without. Only the number of
 * ticks depends on it, and no data is published through it. Relaxed is enough.
 */
static void set_interrupt(struct sched_thread *self, bool interrupt)
{
	__atomic_store_n(&self->interrupt, interrupt, __ATOMIC_RELAXED);
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

/* Called with vm_lock held. */
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
	struct sched_thread *self = thread->state;
	thread->breaker = &self->interrupt;
	int error = os_cond_init(&self->cond);
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
		os_cond_finish(&self->cond);
	}
	return error;
}

static void ruby_handoff_detach(struct lockmodel_thread *thread)
{
	struct ruby_handoff *sched = sched_of(thread->lock);
	struct sched_thread *self = thread->state;
	os_mutex_lock(&sched->vm_lock);
	sched->attached--;
	os_mutex_unlock(&sched->vm_lock);
	os_cond_finish(&self->cond);
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

/* The functions below, except the operations themselves, are called with `lock` held. */

/* The running thread gets ticks from now on. */
static void add_timeslice(struct ruby_handoff *sched, struct sched_thread *running)
{
	sched->timeslice_thread = running;
	if (sched->timer_waits) {
		os_cond_signal(&sched->timer_cond);
	}
}

/* The thread that is `running` has woken up, or did not have to sleep. */
static void begin_running(struct ruby_handoff *sched, struct sched_thread *self)
{
	sched->is_running = true;
	os_mutex_lock(&sched->vm_lock);
	if (!waitqueue_empty(&sched->readyq)) {
		add_timeslice(sched, self);
	}
	os_mutex_unlock(&sched->vm_lock);
	if (sched->last_ran != self) {
		sched->last_ran = self;
		self->running_time_ns = 0;
	}
}

/* Makes the first thread in the queue the running one, or none if the queue is empty. */
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

static void join_queue(struct ruby_handoff *sched, struct sched_thread *self)
{
	if (sched->is_running && waitqueue_empty(&sched->readyq)) {
		os_mutex_lock(&sched->vm_lock);
		add_timeslice(sched, sched->running);
		os_mutex_unlock(&sched->vm_lock);
	}
	waitqueue_append(&sched->readyq, &self->node);
}

/* Called after model_wait_begin(). */
static void wait_for_turn(struct ruby_handoff *sched, struct lockmodel_thread *thread)
{
	struct sched_thread *self = thread->state;
	join_queue(sched, self);
	while (sched->running != self) {
		os_cond_wait(&self->cond, &sched->lock);
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

static void yield_to_queue(struct ruby_handoff *sched, struct lockmodel_thread *thread)
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
	struct sched_thread *self = thread->state;
	set_interrupt(self, false);
	thread->stats.drop_requests++;
	self->running_time_ns += lock->values[TICK];
	if (self->running_time_ns >= lock->values[TIMESLICE]) {
		yield_to_queue(sched_of(thread->lock), thread);
	}
}

const struct lockmodel model_ruby_handoff = {
	.form = {
		.name = "ruby_handoff",
		.summary = "Ruby 3.3 to 4.0: handed to the first in a queue; a timer thread",
		.source = "Ruby 3.3 and 3.4, thread_pthread.c",
		.params = {
			[TIMESLICE] = {
				.name = "timeslice",
				.summary = "how long a thread runs while others wait; rounded up to ticks",
				.kind = SPEC_DURATION,
				.initial = 100000000,
				.min = 100000,
				.max = 10000000000,
			},
			[TICK] = {
				.name = "tick",
				.summary = "period of the timer thread; fixed in Ruby",
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
