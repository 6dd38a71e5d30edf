/*
 * What the tests of kernels share: kernels made ready, each with a thread that polls, and the
 * counting of checkpoints by locks that are taken at each of them.
 */
#pragma once

#include "kernel.h"
#include "test.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* A kernel that was made ready, and a thread that polls, under a lock of its own. */
struct subject {
	const struct kernel *kernel;
	void *data;
	struct lockmodel_lock *lock;
	struct lockmodel_thread *thread;
};

static inline struct spec parse(const char *what, spec_registry *registry, const char *text)
{
	struct spec spec;
	struct error error;
	assert_int_equal(spec_parse(&spec, what, registry, text, &error), 0);
	return spec;
}

static inline const struct kernel *find_kernel(const char *spec_text)
{
	return kernel_at(parse("kernel", kernel_form, spec_text).index);
}

static inline void *make_data(const char *spec_text, int64_t cache_bytes)
{
	struct spec spec = parse("kernel", kernel_form, spec_text);
	const struct kernel *kernel = kernel_at(spec.index);
	void *data = kernel->create ? kernel->create(&spec, cache_bytes) : NULL;
	assert_true(data || !kernel->create);
	if (kernel->fill) {
		kernel->fill(data);
	}
	return data;
}

static inline void set_up(struct subject *subject, const char *spec_text, const char *lock_text)
{
	struct spec lock = parse("lock model", lockmodel_form, lock_text);
	subject->kernel = find_kernel(spec_text);
	subject->data = make_data(spec_text, 0);
	subject->lock = lockmodel_create(&lock);
	assert_non_null(subject->lock);
	subject->thread = lockmodel_attach(subject->lock);
	assert_non_null(subject->thread);
}

static inline void tear_down(struct subject *subject)
{
	lockmodel_detach(subject->thread);
	lockmodel_destroy(subject->lock);
	if (subject->data) {
		subject->kernel->destroy(subject->data);
	}
}

static inline uint64_t run_bare(const struct subject *subject, uint64_t first, uint64_t count)
{
	return subject->kernel->run_bare(subject->data, first, count);
}

static inline uint64_t run_polling(const struct subject *subject, uint64_t first, uint64_t count)
{
	lockmodel_acquire(subject->thread);
	uint64_t checksum =
		subject->kernel->run_polling(subject->data, first, count, subject->thread);
	lockmodel_release(subject->thread);
	return checksum;
}

static inline uint64_t count_acquisitions(
	const char *spec_text, const char *lock_text, uint64_t first, uint64_t count)
{
	struct subject subject;
	struct lockmodel_stats stats;
	set_up(&subject, spec_text, lock_text);
	run_polling(&subject, first, count);
	lockmodel_read_stats(subject.thread, &stats);
	tear_down(&subject);
	return stats.acquisitions;
}

/*
 * The lock's counter begins at 0 and has checkinterval + 1 added whenever it falls below: as often
 * as it takes to keep up with all the ticks.
 */
static inline void check_ticks(const char *spec_text, const char *lock_text, uint64_t interval,
	uint64_t units, uint64_t ticks)
{
	uint64_t checks = (ticks + interval - 1) / interval;
	assert_int_equal(count_acquisitions(spec_text, lock_text, 0, units), 1 + checks);
}
