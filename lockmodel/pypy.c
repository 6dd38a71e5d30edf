/*
 * The lock of PyPy.
 *
 * State. The lock is two: the word `fastgil`, 0 or who holds it, and `mutex_gil`, a flag with a
 * mutex and a condition, which normally stays locked, whoever runs. To run is to have both; at most
 * one of them is ever free. Then `mutex_gil_stealer`, a mutex in which the waiters queue, and the
 * number of waiting threads.
 *
 * Release. Set fastgil to 0: no system call, and nobody is woken.
 *
 * Acquire. If fastgil is 0, exchange it; that is all. Otherwise count as waiting and poll a little:
 * a number of short pauses between 40 and 400, another one each time, until fastgil is seen free or
 * the number of waiting threads has changed. A thread that gets fastgil here frees mutex_gil, so
 * that whoever waits for that goes first, and queues all the same. Then, in any case, lock
 * mutex_gil_stealer. The one thread that has it is the stealer: it tries fastgil if that looks
 * free, and otherwise waits for mutex_gil, looking again at fastgil after each `poll`. Whatever it
 * gets makes it the holder; it leaves the queue and the others wait on.
 *
 * So a release is noticed late or not at all: a thread that gives the lock up often, for calls that
 * are short, still keeps it, unless the stealer looks just then.
 *
 * Checkpoint. One counter for all threads is counted down, from `checkinterval`, by the bytecodes.
 * Below zero it is set anew, and if threads are waiting the holder frees mutex_gil and acquires,
 * with fastgil still set: the stealer, which the signal wakes, gets the lock, and the thread that
 * gave it up joins the queue. This is the only hand-over that is sure to come, and it comes by a
 * count and not by a time. The thread could get it back only if it were in the queue before any
 * other.
 *
 * After fork the child has a new lock, held by it, and nobody waiting.
 *
 * Follows PyPy since 2016 (7.3): rpython/translator/c/src/thread_gil.c (RPyGilAcquireSlowPath,
 * RPyGilYieldThread) and thread_pthread.c (mutex2_*), pypy/interpreter/executioncontext.py.
 * Deadlines are by the monotonic clock, not by that of the day. Left out: all other actions that
 * the counter starts.
 *
 * What is counted. Every bytecode that is interpreted takes 100 off the counter, which begins at a
 * hundred times `checkinterval`. CPython 2 counts one bytecode in three: of the nine in a turn of
 * the countdown, three. A tick is therefore taken for three bytecodes. A loop that the JIT compiler
 * has compiled (`jit=on`) counts at its jump backwards alone, and by its length: a thirty-second of
 * the operations in it, but at least 1 and at most 100. A turn of a loop as short as the countdown,
 * which is three ticks, takes off 1: a thread keeps the lock for a million turns. Several ticks
 * that come at once start the counter anew at most once.
 */
#include "registry.h"

enum { CHECKINTERVAL, POLL, JIT };

enum { JIT_OFF, JIT_ON };

static const char *const jit_words[] = {
	[JIT_OFF] = "off",
	[JIT_ON] = "on",
	NULL,
};

/* In the units of the counter: what a bytecode takes off, and a turn of a compiled loop. */
enum { COUNT_PER_BYTECODE = 100, COUNT_PER_TURN = 1 };

enum { BYTECODES_PER_TICK = 3, TICKS_PER_TURN = 3 };

/* How many pauses the polling before the queue makes at most, and what they are folded back by. */
enum { POKE_MIN = 40, POKE_MAX = 400 };

struct pypy {
	uintptr_t fastgil;   /* atomic: 0, or the handle of who holds it */
	int waiting_threads; /* atomic */
	int early_poll_n;    /* atomic: the last number of pauses */
	int64_t ticker;      /* of the thread that released last; the holder's is in its handle */
	struct os_mutex stealer;
	struct os_mutex mutex_gil; /* guards gil_locked, and is held by the stealer but for waits */
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

/* Acquire pairs with the release in pypy_release(): all that was done under the lock is seen. */
static bool take_fastgil(struct pypy *gil, const struct lockmodel_thread *thread)
{
	uintptr_t nobody = 0;
	return __atomic_compare_exchange_n(&gil->fastgil, &nobody, (uintptr_t)thread, false,
		__ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

/* Only to see whether an exchange is worth trying; so relaxed. */
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

/* With the mutex held. Returns true if mutex_gil was free; it is locked afterwards, by whomever. */
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
 * How many threads wait is a hint to all but the one that adds itself, and early_poll_n need only
 * be different from time to time. Relaxed is enough for both.
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

/* Polls while the number of waiting threads is `ours`. Who gets fastgil queues like the others. */
static void poll_early(struct pypy *gil, const struct lockmodel_thread *thread, int ours)
{
	for (int n = next_early_poll_n(gil); n >= 0 && waiting(gil) == ours; n--) {
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
			 * It is not free, so nobody takes it; to whom it says it belongs is no
			 * data.
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
		.summary = "PyPy: given to a waiter every 10000 bytecodes, seldom before",
		.source = "PyPy 7.3, rpython/translator/c/src/thread_gil.c",
		.params = {
			[CHECKINTERVAL] = {
				.name = "checkinterval",
				.summary = "bytecodes between two checks; a tick is three",
				.kind = SPEC_COUNT,
				.initial = 10000,
				.min = 1,
				.max = 1000000000,
			},
			[POLL] = {
				.name = "poll",
				.summary = "how often the first waiter looks if the lock is free",
				.kind = SPEC_DURATION,
				.initial = 100000,
				.min = 1000,
				.max = 10000000000,
			},
			[JIT] = {
				.name = "jit",
				.summary = "off or on: whether the loop is compiled, and counts less",
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
