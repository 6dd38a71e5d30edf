/*
 * Models of the global locks of real language runtimes.
 *
 * A lock is made from a spec, such as "cpython3" or "cpython3:interval=500us". Threads attach to
 * it, and then go through what a thread of that runtime goes through:
 *
 *	struct lockmodel_thread *thread = lockmodel_attach(lock);
 *	lockmodel_acquire(thread);
 *	while (work()) {
 *		lockmodel_checkpoint(thread, 1);	may let other threads in
 *		lockmodel_begin_blocking(thread);
 *		read(fd, buffer, size);			others run meanwhile
 *		lockmodel_end_blocking(thread);
 *	}
 *	lockmodel_release(thread);
 *	lockmodel_read_stats(thread, &stats);
 *	lockmodel_detach(thread);
 *
 * A thread uses only its own handle. Calling out of this order (acquiring what one holds, a
 * checkpoint without the lock) is a bug of the caller and is not detected.
 */
#pragma once

#include "error.h"
#include "spec.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What keeps two threads' data apart: a pair of cache lines, which are fetched together. */
enum { LOCKMODEL_CACHE_LINE = 128 };

struct lockmodel;      /* a model: the rules */
struct lockmodel_lock; /* a lock that follows a model */

/*
 * What a lock counted for one thread. Times are in nanoseconds, and
 * held_ns + waited_ns + outside_ns is the time from attaching to the reading of the statistics.
 * A request is counted by the waiter that asks or, where it is a timer that asks, by the holder.
 */
struct lockmodel_stats {
	uint64_t acquisitions;   /* the lock was taken */
	uint64_t contended;      /* of these, after having had to wait for it */
	uint64_t switches;       /* of these, from another thread */
	uint64_t drop_requests;  /* the holder was asked to give it up */
	uint64_t drops_honoured; /* it was given up because somebody asked */
	int64_t held_ns;
	int64_t waited_ns;
	int64_t outside_ns;      /* before the first acquisition, and in blocking regions */
	int64_t longest_wait_ns; /* for one acquisition; without a forced wait in giving it up */
};

/* A thread's handle, in cache lines of its own; made by lockmodel_attach(), the lock's memory. */
struct lockmodel_thread {
	/* For lockmodel_checkpoint() alone. */
	int64_t ticks_left;
	const int *breaker;
	int64_t polls; /* how often to look at it, if that is not once; then ticks_left is below 0 */
	/* Private to the lock models. */
	struct lockmodel_lock *lock;
	struct lockmodel_stats stats;
	int64_t since_ns;
	int64_t lost_ns; /* atomic: when another thread took the lock from this one; 0 if none did */
	bool outside;
	struct lockmodel_thread *older; /* the lock's next handle */
	void *state;                    /* the model's own */
};

/* --- models ---------------------------------------------------------------------------------- */

/* The registry of models, for spec_parse() and for listing; NULL past the last. */
const struct spec_form *lockmodel_form(size_t index);

/*
 * True if the model lets only one thread run at a time; false only for the one that is no lock.
 * `spec` was parsed against lockmodel_form(), here and below.
 */
bool lockmodel_excludes(const struct spec *spec);

/*
 * Nanoseconds after which the model makes its holder give way to a waiting thread, with this spec's
 * parameters; 0 if it knows no such time.
 */
int64_t lockmodel_quantum_ns(const struct spec *spec);

/*
 * Finds the model that stands for version `major`.`minor` of `runtime` ("cpython", "ruby", "ocaml",
 * "pypy"), and makes a spec of it: with the parameters that go with that version, and then those in
 * `params`, which is "" or of the form ":interval=500us:..." and holds what the runtime itself says
 * of its lock. Returns 0; -ENOENT, with `error` saying which runtimes are known, if no model
 * stands for it; -EINVAL if its model does not take `params`.
 */
int lockmodel_for_runtime(const char *runtime, int major, int minor, const char *params,
	struct spec *spec, struct error *error);

/* --- locks ----------------------------------------------------------------------------------- */

/* Makes a free lock. Returns it, for lockmodel_destroy(), or NULL with errno set. */
struct lockmodel_lock *lockmodel_create(const struct spec *spec);

/* All threads must have detached. NULL is taken too. */
void lockmodel_destroy(struct lockmodel_lock *lock);

/*
 * Puts the lock right in a child that was forked by a thread holding it, whose handle `thread` is;
 * the child's only thread then holds the lock. Handles of other threads are dead. Returns 0 or a
 * negative errno value.
 */
int lockmodel_after_fork(struct lockmodel_thread *thread);

/* --- threads --------------------------------------------------------------------------------- */

/* Makes a handle for the calling thread, which is outside the lock; NULL with errno set. */
struct lockmodel_thread *lockmodel_attach(struct lockmodel_lock *lock);

/*
 * Ends the use of a handle by its thread, which does not hold the lock. Its memory is freed with
 * the lock, since the next thread to take that still looks at it.
 */
void lockmodel_detach(struct lockmodel_thread *thread);

/* Waits until the lock is the calling thread's. */
void lockmodel_acquire(struct lockmodel_thread *thread);

/*
 * Gives the lock up, to take it again soon or never. The clock is not read, so that the pair costs
 * what it costs in the runtime: the time until the next lockmodel_acquire() counts as held. A
 * thread that stays away for longer says so with lockmodel_begin_blocking().
 */
void lockmodel_release(struct lockmodel_thread *thread);

/*
 * Around what a runtime does without the lock: input and output, or native code. Depending on the
 * model, beginning may itself be a checkpoint, or wait until another thread has taken the lock.
 */
void lockmodel_begin_blocking(struct lockmodel_thread *thread);
void lockmodel_end_blocking(struct lockmodel_thread *thread);

/* Brings the times up to now and copies the statistics; for the thread itself. */
void lockmodel_read_stats(struct lockmodel_thread *thread, struct lockmodel_stats *stats);

/* The rare half of a checkpoint. */
void lockmodel_checkpoint_slow(struct lockmodel_thread *thread);

/* Polls as often as thread->polls says, or until the word is set. */
static inline bool lockmodel_poll_often(const struct lockmodel_thread *thread)
{
	for (int64_t poll = 0; poll < thread->polls; poll++) {
		if (__atomic_load_n(thread->breaker, __ATOMIC_RELAXED)) {
			return true;
		}
	}
	return false;
}

/*
 * Polls whether to let other threads in. `ticks` says how far the thread has come since the last
 * checkpoint, in the runtime's own measure (for CPython 2: counted opcodes); models that give way
 * by time ignore it.
 *
 * One subtraction, one load and two predicted branches, for every model: one counts ticks_left
 * down, another sets the word at breaker. The load is relaxed: to see a request late is harmless,
 * and all data is handed over by the lock itself. Models that poll several times have no ticks left
 * from the start, so that the others do not pay for it.
 */
static inline void lockmodel_checkpoint(struct lockmodel_thread *thread, int64_t ticks)
{
	thread->ticks_left -= ticks;
	if (__builtin_expect(
		    thread->ticks_left < 0 || __atomic_load_n(thread->breaker, __ATOMIC_RELAXED),
		    0)) {
		if (thread->polls == 0 || lockmodel_poll_often(thread)) {
			lockmodel_checkpoint_slow(thread);
		}
	}
}

#ifdef __cplusplus
}
#endif
