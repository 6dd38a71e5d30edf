/* See kernel_suite.h. */
#include "kernel_suite.h"

static struct spec parse(const char *what, spec_registry *registry, const char *text)
{
	struct spec spec;
	struct error error;
	assert_int_equal(spec_parse(&spec, what, registry, text, &error), 0);
	return spec;
}

const struct kernel *suite_find_kernel(const char *kernel_spec)
{
	return kernel_at(parse("kernel", kernel_form, kernel_spec).index);
}

void *suite_create_data(const char *kernel_spec, int64_t cache_bytes)
{
	struct spec spec = parse("kernel", kernel_form, kernel_spec);
	const struct kernel *kernel = kernel_at(spec.index);
	void *data = kernel->create ? kernel->create(&spec, cache_bytes) : NULL;
	assert_true(data || !kernel->create);
	if (kernel->fill) {
		kernel->fill(data);
	}
	return data;
}

void suite_kernel_init(struct suite_kernel *ready, const char *kernel_spec, const char *lock_spec)
{
	struct spec lock = parse("lock model", lockmodel_form, lock_spec);
	ready->kernel = suite_find_kernel(kernel_spec);
	ready->data = suite_create_data(kernel_spec, 0);
	ready->lock = lockmodel_create(&lock);
	assert_non_null(ready->lock);
	ready->thread = lockmodel_attach(ready->lock);
	assert_non_null(ready->thread);
}

void suite_kernel_finish(struct suite_kernel *ready)
{
	lockmodel_detach(ready->thread);
	lockmodel_destroy(ready->lock);
	if (ready->data) {
		ready->kernel->destroy(ready->data);
	}
}

uint64_t suite_run_bare(const struct suite_kernel *ready, uint64_t first, uint64_t count)
{
	return ready->kernel->run_bare(ready->data, first, count);
}

uint64_t suite_run_polling(const struct suite_kernel *ready, uint64_t first, uint64_t count)
{
	lockmodel_acquire(ready->thread);
	uint64_t checksum = ready->kernel->run_polling(ready->data, first, count, ready->thread);
	lockmodel_release(ready->thread);
	return checksum;
}

uint64_t suite_count_acquisitions(
	const char *kernel_spec, const char *lock_spec, uint64_t first, uint64_t count)
{
	struct suite_kernel ready;
	struct lockmodel_stats stats;
	suite_kernel_init(&ready, kernel_spec, lock_spec);
	suite_run_polling(&ready, first, count);
	lockmodel_read_stats(ready.thread, &stats);
	suite_kernel_finish(&ready);
	return stats.acquisitions;
}

void suite_expect_ticks(const char *kernel_spec, const char *lock_spec, uint64_t interval,
	uint64_t units, uint64_t ticks)
{
	uint64_t checks = (ticks + interval - 1) / interval;
	assert_int_equal(suite_count_acquisitions(kernel_spec, lock_spec, 0, units), 1 + checks);
}
