/*
 * Models of the global locks of real language runtimes.
 *
 * A lock is created from a spec, such as "cpython3" or "cpython3:interval=500us". Threads attach to
 * it, and then make the calls that a thread of that runtime would make:
 *
 *	struct lockmodel_thread *thread = lockmodel_attach(lock);
 *	lockmodel_acquire(thread);
 *	while (work()) {
 *		lockmodel_checkpoint(thread, 1);	may let other threads run
 *		lockmodel_begin_blocking(thread);
 *		read(fd, buffer, size);			runs without the lock
 *		lockmodel_end_blocking(thread);
 *	}
 *	lockmodel_release(thread);
 *	lockmodel_read_stats(thread, &stats);
 *	lockmodel_detach(thread);
 *
 * A thread uses only its own handle. Calls out of this order (acquiring a lock that one holds, a
 * checkpoint without the lock) are bugs of the caller and are not detected.
 */
#pragma once

#include "error.h"
#include "spec.h"

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Alignment against false sharing: two cache lines, since the prefetcher fetches them in pairs. */
enum { LOCKMODEL_CACHE_LINE = 128 };

struct lockmodel;      /* a model: the rules of a lock */
struct lockmodel_lock; /* a lock that follows a model */

/*
 * What a lock counted for one thread. Times are in nanoseconds; held_ns + waited_ns + outside_ns is
 * the time from attaching to reading the statistics. A drop request is counted in the waiter that
 * makes it or, if a timer makes it, in the holder that finds it.
 */
struct lockmodel_stats {
	uint64_t acquisitions;   /* times that the thread acquired the lock */
	uint64_t contended;      /* of these, how many had to wait */
	uint64_t switches;       /* of these, how many took the lock over from another thread */
	uint64_t drop_requests;  /* requests to the holder to release the lock */
	uint64_t drops_honoured; /* times that the thread released the lock because of a request */
	int64_t held_ns;
	int64_t waited_ns;
	int64_t outside_ns;      /* before the first acquisition, and in blocking regions */
	int64_t longest_wait_ns; /* to acquire the lock; without the wait of a forced switch */
};

/* A thread's handle, in cache lines of its own. It is created by lockmodel_attach(). */
struct lockmodel_thread {
	/* For lockmodel_checkpoint() alone. */
	int64_t ticks_left;
	const int *breaker;
	int64_t polls; /* polls of the breaker on the slow path; 0: one, on the fast path */
	/* Private to the lock models. */
	struct lockmodel_lock *lock;
	struct lockmodel_stats stats;
	int64_t since_ns;
	int64_t lost_ns; /* atomic: when another thread took the lock over; 0 if none has */
	bool outside;
	struct lockmodel_thread *older; /* the next in the lock's list of handles */
	void *state;                    /* the model's own */
};

/* --- models ---------------------------------------------------------------------------------- */

/* The registry of models, for spec_parse() and for listing; NULL past the last. */
const struct spec_form *lockmodel_form(size_t index);

/*
 * Whether the model lets only one thread run at a time; only "none" does not. Here and below,
 * `spec` was parsed against lockmodel_form().
 */
bool lockmodel_excludes(const struct spec *spec);

/*
 * The switch interval in nanoseconds: how long a thread may hold the lock while others wait, before
 * the model makes it yield. 0 if the model does not go by time.
 */
int64_t lockmodel_quantum_ns(const struct spec *spec);

/*
 * Finds the model of the lock in version `major`.`minor` of `runtime` ("cpython", "ruby", "ocaml",
 * "ocaml-native", "pypy"). Sets `spec` to it, with the parameters that belong to that version,
 * overridden by `params`: "", or the settings that the runtime itself reported, in the form
 * ":interval=500us:...".
 *
 * Returns 0; -ENOENT, with `error` listing the known runtimes, if there is no model; -EINVAL if the
 * model does not accept `params`.
 */
int lockmodel_for_runtime(const char *runtime, int major, int minor, const char *params,
	struct spec *spec, struct error *error);

/* --- locks ----------------------------------------------------------------------------------- */

/* Creates a lock that nobody holds. Returns NULL with errno set on failure. */
struct lockmodel_lock *lockmodel_create(const struct spec *spec);

/* Frees the lock and all handles. All threads must have detached. Accepts NULL. */
void lockmodel_destroy(struct lockmodel_lock *lock);

/*
 * Re-initialises the lock in a child process that was forked by the thread of this handle while it
 * held the lock. The child's only thread holds the lock afterwards; the handles of other threads
 * must not be used. Returns 0 or a negative errno value.
 */
int lockmodel_after_fork(struct lockmodel_thread *thread);

/* --- threads --------------------------------------------------------------------------------- */

/* Creates a handle for the calling thread. Returns NULL with errno set on failure. */
struct lockmodel_thread *lockmodel_attach(struct lockmodel_lock *lock);

/*
 * Ends the use of a handle whose thread does not hold the lock. Its memory is freed with the lock,
 * because the next thread to take the lock over still writes to it.
 */
void lockmodel_detach(struct lockmodel_thread *thread);

/* The lock that the thread is attached to, so that a thread can let others attach to it, too. */
struct lockmodel_lock *lockmodel_of(const struct lockmodel_thread *thread);

/* Blocks until the calling thread holds the lock. */
void lockmodel_acquire(struct lockmodel_thread *thread);

/*
 * Releases the lock. This does not read the clock, so that releasing and acquiring cost what they
 * cost in the runtime; the time until the next acquisition counts as held. A thread that does
 * something else meanwhile uses lockmodel_begin_blocking() instead.
 */
void lockmodel_release(struct lockmodel_thread *thread);

/*
 * The boundaries of a blocking region: what a runtime does without the lock, such as I/O or native
 * code. Depending on the model, beginning one polls as a checkpoint does, or waits until another
 * thread has acquired the lock.
 */
void lockmodel_begin_blocking(struct lockmodel_thread *thread);
void lockmodel_end_blocking(struct lockmodel_thread *thread);

/* Copies the statistics, with times up to now. Only for the thread of the handle. */
void lockmodel_read_stats(struct lockmodel_thread *thread, struct lockmodel_stats *stats);

/* The slow path of lockmodel_checkpoint(). */
void lockmodel_checkpoint_slow(struct lockmodel_thread *thread);

/* Polls the breaker up to thread->polls times. Returns true as soon as it is set. */
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
 * A checkpoint: polls whether the thread should let others run. `ticks` is the progress since the
 * last checkpoint in the runtime's own measure (CPython 2: opcodes that count); models that go by
 * time ignore it.
 *
 * The fast path is the same for all models: one subtraction, one load, two predicted branches. Some
 * models count ticks_left down, others set the word at `breaker`. The load is relaxed: seeing a
 * request late is harmless, and acquiring the lock orders all data. Models that poll several times
 * keep ticks_left negative, so that the others do not pay for it.
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
