/*
 * The lock of PyPy.
 *
 * State. There are two locks: the word `fastgil`, which is 0 or identifies the holder, and
 * `mutex_gil`, a flag with a mutex and a condition, which normally stays locked, whoever runs. The
 * running thread has both; at most one of them is free at any time. In addition there are
 * `mutex_gil_stealer`, a mutex in which the waiters queue, and the number of waiting threads.
 *
 * Release. Set fastgil to 0. There is no system call, and nobody is woken.
 *
 * Acquire. If fastgil is 0, take it by compare-and-exchange; that is all. Otherwise count as
 * waiting and poll fastgil between short pauses, until it is free or the number of waiting threads
 * has changed, at most 40 to 400 times (the number varies from one acquisition to the next). A
 * thread that gets fastgil here frees mutex_gil, so that a thread waiting for that goes first, and
 * enters the queue like the others. Then, in any case, lock mutex_gil_stealer. The one thread that
 * has it is the stealer: it tries to take fastgil if that looks free, and otherwise waits for
 * mutex_gil, checking fastgil again after each `poll`. Either lock makes it the holder; it leaves
 * the queue, and the others wait on.
 *
 * So a release is noticed late or not at all: a thread that often releases the lock for short calls
 * still keeps it, unless the stealer happens to poll at that moment.
 *
 * Checkpoint. One counter for all threads is counted down by the bytecodes, from `checkinterval`.
 * When it falls below zero it is reset, and if threads are waiting the holder frees mutex_gil and
 * acquires, with fastgil still set: the stealer, woken by the signal, gets the lock, and the thread
 * that gave it up enters the queue. Only this hand-over is certain to happen, and it depends on a
 * count and not on time. The thread itself could get the lock back only if it entered the queue
 * before all others.
 *
 * Fork. The child creates a new lock and holds it; nobody is waiting.
 *
 * Source. PyPy since 2016 (7.3): rpython/translator/c/src/thread_gil.c (RPyGilAcquireSlowPath,
 * RPyGilYieldThread) and thread_pthread.c (mutex2_*), pypy/interpreter/executioncontext.py.
 * Deadlines use the monotonic clock, not the wall clock. Left out: all other actions that the
 * counter triggers.
 *
 * Counting. Each interpreted bytecode takes 100 off the counter, which starts at 100 times
 * `checkinterval`. A tick, as the kernels count them, is an opcode that CPython 2 counts: 3 of the
 * 9 bytecodes in a turn of the countdown. So a tick stands for three bytecodes. A loop that the JIT
 * compiler has compiled (`jit=on`) counts only at its backward jump, and by its length: 1/32 of its
 * number of operations, at least 1 and at most 100. A turn of a loop as short as the countdown,
 * which is three ticks, takes off 1: a thread keeps the lock for a million turns. Several ticks at
 * once reset the counter at most once.
 */
#include "registry.h"

enum { CHECKINTERVAL, POLL, JIT };

enum { JIT_OFF, JIT_ON };

static const char *const jit_words[] = {
	[JIT_OFF] = "off",
	[JIT_ON] = "on",
	NULL,
};

/* What a bytecode, and a turn of a compiled loop, takes off the counter. */
enum { COUNT_PER_BYTECODE = 100, COUNT_PER_TURN = 1 };

enum { BYTECODES_PER_TICK = 3, TICKS_PER_TURN = 3 };

/* The range of the number of polls before a thread enters the queue. */
enum { POKE_MIN = 40, POKE_MAX = 400 };

struct pypy {
	uintptr_t fastgil;   /* atomic: 0, or the holder's handle */
	int waiting_threads; /* atomic */
	int early_poll_n;    /* atomic: the number of polls of the last thread */
	int64_t ticker;      /* while nobody holds the lock; the holder has it in its ticks_left */
	struct os_mutex stealer;
	struct os_mutex mutex_gil; /* guards gil_locked; the stealer holds it except in waits */
	struct os_cond gil_cond;
	bool gil_locked;
};

static struct pypy *pypy_of(struct lockmodel_lock *lock)
{
	return (struct pypy *)lock->state;
}

static int64_t ticks_per_check(const struct lockmodel_lock *lock)
{
	int64_t counter = lock->values[CHECKINTERVAL] * COUNT_PER_BYTECODE;
	return lock->values[JIT] == JIT_ON ? counter / COUNT_PER_TURN * TICKS_PER_TURN
					   : counter / COUNT_PER_BYTECODE / BYTECODES_PER_TICK;
}

/* --- fastgil --------------------------------------------------------------------------------- */

/* Acquire pairs with the release in pypy_release(): what the last holder wrote is visible. */
static bool take_fastgil(struct pypy *gil, const struct lockmodel_thread *thread)
{
	uintptr_t nobody = 0;
	return __atomic_compare_exchange_n(&gil->fastgil, &nobody, (uintptr_t)thread, false,
		__ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Relaxed: this only shows whether a compare-and-exchange is worth trying. */
static bool fastgil_is_free(const struct pypy *gil)
{
	return __atomic_load_n(&gil->fastgil, __ATOMIC_RELAXED) == 0;
}

/* --- mutex_gil ------------------------------------------------------------------------------- */

static void free_mutex_gil(struct pypy *gil)
{
	os_mutex_lock(&gil->mutex_gil);
	gil->gil_locked = false;
	os_mutex_unlock(&gil->mutex_gil);
	os_cond_signal(&gil->gil_cond);
}

/* Called with the mutex held. Returns true if mutex_gil was free. It is locked afterwards. */
static bool take_mutex_gil(struct pypy *gil, int64_t poll_ns)
{
	if (gil->gil_locked) {
		os_cond_wait_until(&gil->gil_cond, &gil->mutex_gil, os_now_ns() + poll_ns);
	}
	bool was_free = !gil->gil_locked;
	gil->gil_locked = true;
	return was_free;
}

/* --- waiting --------------------------------------------------------------------------------- */

/*
 * The number of waiting threads is a hint to all threads but the one that counts itself, and
 * early_poll_n only has to vary. Relaxed is enough for both.
 */
static int add_waiting(struct pypy *gil, int more)
{
	return __atomic_add_fetch(&gil->waiting_threads, more, __ATOMIC_RELAXED);
}

static int waiting(const struct pypy *gil)
{
	return __atomic_load_n(&gil->waiting_threads, __ATOMIC_RELAXED);
}

static int next_early_poll_n(struct pypy *gil)
{
	int n = __atomic_load_n(&gil->early_poll_n, __ATOMIC_RELAXED) * 2 + 1;
	while (n >= POKE_MAX) {
		n -= POKE_MAX - POKE_MIN;
	}
	__atomic_store_n(&gil->early_poll_n, n, __ATOMIC_RELAXED);
	return n;
}

/* Polls while the number of waiting threads is `count`. */
static void poll_early(struct pypy *gil, const struct lockmodel_thread *thread, int count)
{
	for (int n = next_early_poll_n(gil); n >= 0 && waiting(gil) == count; n--) {
		os_pause();
		if (fastgil_is_free(gil) && take_fastgil(gil, thread)) {
			free_mutex_gil(gil);
			return;
		}
	}
}

static void steal(struct pypy *gil, const struct lockmodel_thread *thread)
{
	os_mutex_lock(&gil->mutex_gil);
	for (;;) {
		if (fastgil_is_free(gil) && take_fastgil(gil, thread)) {
			break;
		}
		if (take_mutex_gil(gil, thread->lock->values[POLL])) {
			/*
			 * Relaxed: fastgil is not 0, so no other thread writes it, and its value
			 * publishes no data.
			 */
			__atomic_store_n(&gil->fastgil, (uintptr_t)thread, __ATOMIC_RELAXED);
			break;
		}
	}
	add_waiting(gil, -1);
	os_mutex_unlock(&gil->mutex_gil);
}

static void acquire_slow(struct pypy *gil, struct lockmodel_thread *thread)
{
	model_wait_begin(thread);
	poll_early(gil, thread, add_waiting(gil, 1));
	os_mutex_lock(&gil->stealer);
	steal(gil, thread);
	os_mutex_unlock(&gil->stealer);
	model_wait_end(thread);
}

/* --- the model ------------------------------------------------------------------------------- */

static int init_primitives(struct pypy *gil)
{
	int error = os_mutex_init(&gil->stealer);
	if (error) {
		return error;
	}
	error = os_mutex_init(&gil->mutex_gil);
	if (error) {
		goto no_mutex_gil;
	}
	error = os_cond_init(&gil->gil_cond);
	if (error) {
		goto no_gil_cond;
	}
	return 0;

no_gil_cond:
	os_mutex_finish(&gil->mutex_gil);
no_mutex_gil:
	os_mutex_finish(&gil->stealer);
	return error;
}

static int pypy_init(struct lockmodel_lock *lock)
{
	struct pypy *gil = pypy_of(lock);
	gil->fastgil = 0;
	gil->waiting_threads = 0;
	gil->gil_locked = true;
	gil->ticker = ticks_per_check(lock);
	return init_primitives(gil);
}

static void pypy_finish(struct lockmodel_lock *lock)
{
	struct pypy *gil = pypy_of(lock);
	os_cond_finish(&gil->gil_cond);
	os_mutex_finish(&gil->mutex_gil);
	os_mutex_finish(&gil->stealer);
}

static int pypy_after_fork(struct lockmodel_thread *thread)
{
	int error = pypy_init(thread->lock);
	pypy_of(thread->lock)->ticker = thread->ticks_left;
	return error;
}

static void pypy_acquire(struct lockmodel_thread *thread)
{
	struct pypy *gil = pypy_of(thread->lock);
	if (!take_fastgil(gil, thread)) {
		acquire_slow(gil, thread);
	}
	thread->ticks_left = gil->ticker;
}

static void pypy_release(struct lockmodel_thread *thread)
{
	struct pypy *gil = pypy_of(thread->lock);
	gil->ticker = thread->ticks_left;
	__atomic_store_n(&gil->fastgil, 0, __ATOMIC_RELEASE);
}

static void pypy_checkpoint(struct lockmodel_thread *thread)
{
	struct pypy *gil = pypy_of(thread->lock);
	thread->ticks_left = ticks_per_check(thread->lock);
	if (waiting(gil) > 0) {
		gil->ticker = thread->ticks_left;
		free_mutex_gil(gil);
		pypy_acquire(thread);
		model_taken(thread);
	}
}

const struct lockmodel model_pypy = {
	.form = {
		.name = "pypy",
		.summary = "PyPy: handed to a waiter every 10000 bytecodes, rarely earlier",
		.source = "PyPy 7.3, rpython/translator/c/src/thread_gil.c",
		.params = {
			[CHECKINTERVAL] = {
				.name = "checkinterval",
				.summary = "bytecodes between two checks; a tick stands for three",
				.kind = SPEC_COUNT,
				.initial = 10000,
				.min = 1,
				.max = 1000000000,
			},
			[POLL] = {
				.name = "poll",
				.summary = "period at which the first waiter polls the lock",
				.kind = SPEC_DURATION,
				.initial = 100000,
				.min = 1000,
				.max = 10000000000,
			},
			[JIT] = {
				.name = "jit",
				.summary = "whether the loop is compiled, and so counts less",
				.kind = SPEC_CHOICE,
				.initial = JIT_OFF,
				.words = jit_words,
			},
		},
	},
	.runtimes = {
		{
			.name = "pypy",
			.first = { 5, 0 },
			.last = { MODEL_VERSION_LATER, 0 },
			.params = ":jit=on",
		},
	},
	.lock_size = sizeof(struct pypy),
	.init = pypy_init,
	.finish = pypy_finish,
	.acquire = pypy_acquire,
	.release = pypy_release,
	.checkpoint = pypy_checkpoint,
	.after_fork = pypy_after_fork,
};
