/*
 * Shared by the tests of kernels: a kernel with its data and a thread attached to a lock, and
 * counting checkpoints with locks that are acquired at each of them.
 */
#pragma once

#include "kernel.h"
#include "test.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* A kernel ready to run, with a thread attached to a lock of its own. */
struct suite_kernel {
	const struct kernel *kernel;
	void *data;
	struct lockmodel_lock *lock;
	struct lockmodel_thread *thread;
};

void suite_kernel_init(struct suite_kernel *ready, const char *kernel_spec, const char *lock_spec);
void suite_kernel_finish(struct suite_kernel *ready);

/* Run units of the kernel; suite_run_polling() holds the lock meanwhile. */
uint64_t suite_run_bare(const struct suite_kernel *ready, uint64_t first, uint64_t count);
uint64_t suite_run_polling(const struct suite_kernel *ready, uint64_t first, uint64_t count);

const struct kernel *suite_find_kernel(const char *kernel_spec);

/* The kernel's data, filled; NULL if the kernel has none. */
void *suite_create_data(const char *kernel_spec, int64_t cache_bytes);

/* The acquisitions of the lock while the kernel runs these units under it. */
uint64_t suite_count_acquisitions(
	const char *kernel_spec, const char *lock_spec, uint64_t first, uint64_t count);

/*
 * Expects that units 0 to `units` - 1 are worth this many ticks. The lock must be cpython2, whose
 * counter starts at 0 and gains `interval`, checkinterval + 1, whenever it is negative; each time,
 * the lock is acquired anew.
 */
void suite_expect_ticks(const char *kernel_spec, const char *lock_spec, uint64_t interval,
	uint64_t units, uint64_t ticks);
