/*
 * Kernels: deterministic CPU-bound computations, split into units.
 *
 * A kernel is one file in kernels/ with one `const struct kernel`, a line in the registry
 * (kernels/kernels.h) and one in meson.build. Its computation is written once, as an inline
 * function that takes a thread of a lock, and is compiled twice from it: with NULL, which leaves no
 * trace of the lock, and with checkpoints.
 *
 * Units are numbered; the checksum of a range of units is the sum of theirs modulo 2^64, so it does
 * not depend on how the units are split over workers. Any two equally long ranges are about equally
 * much work.
 */
#pragma once

#include "lockmodel.h"
#include "spec.h"

#include <stddef.h>
#include <stdint.h>

/* What set_pace() takes, in seconds. */
#define KERNEL_TURN_MIN_S 0.1e-9
#define KERNEL_TURN_MAX_S 10e-6

struct kernel {
	struct spec_form form;

	/*
	 * Makes what all units share, which is only read once it is filled; NULL: nothing.
	 * `cache_bytes` is the size of the machine's last-level cache, 0 if unknown. Returns it,
	 * for destroy, or NULL with errno set.
	 */
	void *(*create)(const struct spec *spec, int64_t cache_bytes);
	void (*destroy)(void *data);

	/*
	 * Fills what create() made; NULL: nothing to fill. Called once, in a process of its own, so
	 * that a lack of memory, or a Ctrl-C, ends that and no more: what it fills is shared
	 * memory.
	 */
	void (*fill)(void *data);

	/*
	 * Sets how many seconds a unit of `data` takes, checkpoint included, where nobody else
	 * wants the lock. To find out how, it measures for some 90 ms. It is for those that run
	 * afterwards, so the workers are made then. Returns 0 or a negative errno value, and then
	 * has changed nothing: -ERANGE if `turn_s` is not from KERNEL_TURN_MIN_S to
	 * KERNEL_TURN_MAX_S. NULL: the kernel has no pace.
	 */
	int (*set_pace)(void *data, double turn_s);

	/* In each worker, before the gate: what has to be done there first; NULL: nothing. */
	void (*prepare)(const void *data);

	/* Computes `count` units from `first` on, and returns the sum of their checksums. */
	uint64_t (*run_bare)(const void *data, uint64_t first, uint64_t count);
	/* The same, with a checkpoint of `thread`, which holds its lock, at each turn of a loop. */
	uint64_t (*run_polling)(
		const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread);
};

/* The computation of a kernel is one function of this kind, inlined into both of its versions. */
#define KERNEL_INLINE static inline __attribute__((always_inline))

/* One turn of a kernel's inner loop is done, worth `ticks`. Vanishes where thread is NULL. */
KERNEL_INLINE void kernel_poll(struct lockmodel_thread *thread, int64_t ticks)
{
	if (thread) {
		lockmodel_checkpoint(thread, ticks);
	}
}

/*
 * Makes the two versions of a kernel, NAME_bare and NAME_polling, from its computation: a function
 * NAME(data, first, count, thread) that polls `thread`, unless that is NULL.
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

/* The kernel number `index`, or NULL past the last; and the same as a registry for spec_parse(). */
const struct kernel *kernel_at(size_t index);
const struct spec_form *kernel_form(size_t index);
