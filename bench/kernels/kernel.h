/*
 * Kernels: deterministic CPU-bound computations, split into units of work.
 *
 * A kernel is one file with one `const struct kernel`, one line in registry.h and one in
 * meson.build. Its computation is written once, as an inline function that takes a thread attached
 * to a lock, and is compiled twice: with NULL, which leaves no trace of the lock (the bare
 * version), and with a checkpoint in each iteration of its inner loop (the polling version).
 *
 * A checkpoint is where a thread that holds the lock asks whether it has to release it, as a
 * bytecode interpreter does between instructions: the thread polls the lock. A checkpoint is worth
 * a number of ticks, in which CPython 2 and PyPy count the progress of a thread towards their check
 * interval; the other lock models ignore it.
 *
 * Units are numbered. The checksum of a range of units is the sum of their checksums modulo 2^64,
 * so it does not depend on how the units are split among workers. Any two ranges of the same length
 * take about the same amount of work.
 */
#pragma once

#include "lockmodel.h"
#include "spec.h"

#include <stddef.h>
#include <stdint.h>

/* The range of set_pace(), in seconds per unit. */
#define KERNEL_TURN_MIN_S 0.1e-9
#define KERNEL_TURN_MAX_S 10e-6

struct kernel {
	struct spec_form form;

	/*
	 * Creates the data that all units share; it is read-only once it has been filled. NULL if
	 * the kernel has no data. `cache_bytes` is the size of the last-level cache, 0 if unknown.
	 * Returns the data, which the caller passes to destroy(), or NULL with errno set.
	 */
	void *(*create)(const struct spec *spec, int64_t cache_bytes);
	void (*destroy)(void *data);

	/*
	 * Fills the data that create() returned; NULL if there is nothing to fill. Called once, in
	 * a child process, so that running out of memory or Ctrl-C ends only that process. The data
	 * must therefore lie in shared memory.
	 */
	void (*fill)(void *data);

	/*
	 * Sets the pace: each unit takes `turn_s` seconds, including its checkpoint, while no other
	 * thread wants the lock. Calibrates for about 90 ms. Must be called before the workers are
	 * started. Returns 0 or a negative errno value, in which case the pace is unchanged;
	 * -ERANGE if `turn_s` is not from KERNEL_TURN_MIN_S to KERNEL_TURN_MAX_S. NULL if the
	 * kernel cannot be paced.
	 */
	int (*set_pace)(void *data, double turn_s);

	/*
	 * Makes each unit take `factor` times as long as set_pace() has found it to, up to the
	 * precision with which the kernel can be slowed down; measures nothing. NULL if and only if
	 * set_pace() is.
	 */
	void (*scale_pace)(void *data, double factor);

	/* Called in each worker before it waits at the gate; NULL if there is nothing to do. */
	void (*prepare)(const void *data);

	/* Computes `count` units, beginning with `first`; returns the sum of their checksums. */
	uint64_t (*run_bare)(const void *data, uint64_t first, uint64_t count);
	/* The same with checkpoints; `thread` holds its lock on entry and on return. */
	uint64_t (*run_polling)(
		const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread);
};

/* For the computation of a kernel, which is inlined into both of its versions. */
#define KERNEL_INLINE static inline __attribute__((always_inline))

/*
 * Passes a checkpoint after one iteration of a kernel's inner loop, worth `ticks`. Compiles to
 * nothing where `thread` is NULL.
 */
KERNEL_INLINE void kernel_poll(struct lockmodel_thread *thread, int64_t ticks)
{
	if (thread) {
		lockmodel_checkpoint(thread, ticks);
	}
}

/*
 * Defines the two versions of a kernel, NAME_bare and NAME_polling, from its computation: a
 * function NAME(data, first, count, thread) that calls kernel_poll(thread, ...).
 */
#define KERNEL_VERSIONS(name) \
	static uint64_t name##_bare(const void *data, uint64_t first, uint64_t count) \
	{ \
		return name(data, first, count, NULL); \
	} \
	static uint64_t name##_polling( \
		const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread) \
	{ \
		return name(data, first, count, thread); \
	}

/* The kernel with this index, or NULL past the last one; kernel_form() is for spec_parse(). */
const struct kernel *kernel_at(size_t index);
const struct spec_form *kernel_form(size_t index);
