/* Which rows the experiments plan, by default and as asked for. */
#include "experiment.h"

#include "kernel.h"
#include "lockmodel.h"
#include "plan_suite.h"
#include "test.h"

#include <errno.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static int plan_of(const char *text, struct request *request, struct error *error)
{
	struct spec self;
	request->placement = placement;
	if (spec_parse(&self, "experiment", experiment_form, text, error)) {
		fail_msg("%s", error->text);
	}
	return experiment_at(self.index)->plan(&plan, request, &self, error);
}

static void add_spec(
	struct spec_list *list, const char *what, spec_registry *registry, const char *text)
{
	list->specs[list->count++] = parse(what, registry, text);
}

static void expect_rows(const char *const *names, size_t count)
{
	for (size_t i = 0; i < count && i < plan.count; i++) {
		assert_string_equal(plan.rows[i].name, names[i]);
	}
	assert_int_equal(plan.count, count);
}

static void test_times_by_default(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct request request = { .time_s = 0.4 };
	add_spec(&request.kernels, "kernel", kernel_form, "countdown");
	assert_int_equal(plan_of("times", &request, &error), 0);
	/* 1, 2 and 4 workers: twice the cores; two locks, in every mode that has a choice. */
	assert_int_equal(plan.count, 1 + 3 * (2 + 1 + 2 + 2));
	assert_int_equal(plan.work_count, 1);
	assert_string_equal(
		plan.rows[1].name, "times/kernel:countdown/mode:gil/lock:cpython2/workers:1");
	for (size_t i = 0; i < plan.count; i++) {
		const struct row *row = &plan.rows[i];
		assert_ptr_equal(row->work, plan.works[0]);
		assert_null(row->in_process);
		assert_int_equal(row->unit, GBENCH_MILLISECOND);
		/* All names are different. */
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(row->name, plan.rows[k].name);
		}
	}
}

static void test_times_as_asked_for(void **unused)
{
	(void)unused;
	static const char *const names[] = {
		"times/kernel:primes/mode:gil/lock:mutex/workers:3",
		"times/kernel:primes/mode:gil/lock:mutex/workers:1",
		"times/kernel:primes/mode:threads/workers:3",
		"times/kernel:primes/mode:threads/workers:1",
		"times/kernel:chase:size=64KiB/mode:gil/lock:mutex/workers:3",
		"times/kernel:chase:size=64KiB/mode:gil/lock:mutex/workers:1",
		"times/kernel:chase:size=64KiB/mode:threads/workers:3",
		"times/kernel:chase:size=64KiB/mode:threads/workers:1",
	};
	struct error error = { "" };
	struct request request = { .workers = { 3, 1 }, .workers_count = 2 };
	add_spec(&request.kernels, "kernel", kernel_form, "primes");
	add_spec(&request.kernels, "kernel", kernel_form, "chase:size=64KiB");
	add_spec(&request.locks, "lock model", lockmodel_form, "mutex");
	add_spec(&request.modes, "mode", mode_form, "threads");
	add_spec(&request.modes, "mode", mode_form, "gil");
	assert_int_equal(plan_of("times", &request, &error), 0);
	expect_rows(names, LENGTH(names));
	assert_int_equal(plan.work_count, 2);
	/* The mode `threads` has its own lock, which is none. */
	assert_false(lockmodel_excludes(&plan.rows[2].lock));
	assert_true(lockmodel_excludes(&plan.rows[0].lock));
}

static void test_primitives(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct request request = { .time_s = 0.001 };
	size_t in_process = 0;
	size_t locked = 0;
	add_spec(&request.locks, "lock model", lockmodel_form, "cpython2");
	assert_int_equal(plan_of("primitives", &request, &error), 0);
	assert_string_equal(plan.rows[0].name, "primitives/op:loop");
	assert_string_equal(plan.rows[1].name, "primitives/lock:cpython2/op:checkpoint");
	for (size_t i = 0; i < plan.count; i++) {
		const struct row *row = &plan.rows[i];
		in_process += row->in_process != NULL;
		locked += strstr(row->name, "/lock:cpython2/op:") != NULL;
		if (!row->in_process) {
			assert_int_equal(row->unit, GBENCH_NANOSECOND);
			assert_true(row->work->load.units > 0 && row->workers == 1);
			assert_string_equal(row->label, "pu 0");
		}
	}
	assert_int_equal(in_process, 3);
	assert_int_equal(locked, 3);
}

static void test_io_rows(void **unused)
{
	(void)unused;
	static const char *const names[] = {
		"convoy/kernel:countdown/mode:gil/lock:cpython3/workers:0/every:2ms/over:udp",
		"convoy/kernel:countdown/mode:gil/lock:cpython3/workers:1/every:2ms/over:udp",
		"convoy/kernel:countdown/mode:gil/lock:cpython3/workers:2/every:2ms/over:udp",
		"convoy/kernel:countdown/mode:gil/lock:cpython3/workers:4/every:2ms/over:udp",
	};
	struct error error = { "" };
	struct request request = { .time_s = 0.4 };
	add_spec(&request.kernels, "kernel", kernel_form, "countdown");
	add_spec(&request.locks, "lock model", lockmodel_form, "cpython3");
	add_spec(&request.modes, "mode", mode_form, "gil");
	assert_int_equal(plan_of("convoy:every=2ms:over=udp", &request, &error), 0);
	expect_rows(names, LENGTH(names));
	assert_true(plan.rows[0].keeps_distribution);
	assert_string_equal(plan.rows[0].label, "pu 0");
	assert_string_equal(plan.rows[2].label, "pu 0,2,0");
}

/* Every model that excludes, free threads, and processes: each with 0, 1, 2 and 4 workers. */
static void test_io_rows_by_default(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct request request = { .time_s = 0.4 };
	size_t excluding = 0;
	for (size_t i = 0; lockmodel_form(i); i++) {
		struct spec spec;
		spec_parse(&spec, "lock model", lockmodel_form, lockmodel_form(i)->name, &error);
		excluding += lockmodel_excludes(&spec);
	}
	add_spec(&request.kernels, "kernel", kernel_form, "countdown");
	assert_int_equal(plan_of("bandwidth", &request, &error), 0);
	assert_int_equal(plan.count, 4 * (excluding + 2));
	assert_false(plan.rows[0].keeps_distribution);
}

static void expect_window(const struct row *row, int64_t expected_ns, size_t samples)
{
	assert_int_equal(row->expected_ns, expected_ns);
	assert_int_equal(row->room, samples);
}

/* However long the load lasts, the work is calibrated for its pace alone. */
static void test_calibration_of_io_rows_is_short(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct request request = { .time_s = 6, .time_given = true };
	struct work_target target = { .region_ns = INT64_C(6000000000) };
	add_spec(&request.kernels, "kernel", kernel_form, "countdown");
	assert_int_equal(plan_of("convoy", &request, &error), 0);
	assert_int_equal(plan.work_count, 1);
	assert_int_equal(work_region_ns(plan.works[0], &target), 400000000);
	assert_int_equal(plan.rows[0].expected_ns, INT64_C(6000000000));
}

/* A lock that switches every 100 ms needs longer windows; rows without competitors do not. */
static void test_windows_of_io_rows(void **unused)
{
	(void)unused;
	static const int64_t ms = 1000000;
	struct error error = { "" };
	struct request request = { .time_s = 0.2, .workers = { 0, 1, 4 }, .workers_count = 3 };
	add_spec(&request.kernels, "kernel", kernel_form, "countdown");
	add_spec(&request.locks, "lock model", lockmodel_form, "ruby_waitq");
	add_spec(&request.modes, "mode", mode_form, "gil");
	assert_int_equal(plan_of("convoy", &request, &error), 0);
	assert_int_equal(plan_of("bandwidth", &request, &error), 0);
	expect_window(&plan.rows[0], 200 * ms, 2);
	/* Percentiles need many samples, however long these take. */
	expect_window(&plan.rows[2], 500 * ms, 4);
	/* With workers, bandwidth also measures these alone, for as long, with a lead of 20 ms. */
	expect_window(&plan.rows[3], 200 * ms, 2);
	expect_window(&plan.rows[4], (1000 + 1020) * ms, 1);
	expect_window(&plan.rows[5], (1000 + 1020) * ms, 1);
}

/* A p99 needs messages, which a quick run has fewer of. */
static void test_windows_of_convoy(void **unused)
{
	(void)unused;
	static const int64_t ms = 1000000;
	struct error error = { "" };
	struct request request = { .time_s = 0.2, .workers = { 0, 1 }, .workers_count = 2 };
	add_spec(&request.kernels, "kernel", kernel_form, "countdown");
	add_spec(&request.modes, "mode", mode_form, "threads");
	assert_int_equal(plan_of("convoy", &request, &error), 0);
	request.quick = true;
	assert_int_equal(plan_of("convoy", &request, &error), 0);
	expect_window(&plan.rows[0], 200 * ms, 2);
	expect_window(&plan.rows[1], 500 * ms, 4);
	expect_window(&plan.rows[3], 200 * ms, 2);
}

static void test_modes_that_an_experiment_lacks(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct request request = { .time_s = 0.4 };
	add_spec(&request.kernels, "kernel", kernel_form, "countdown");
	add_spec(&request.modes, "mode", mode_form, "sequential");
	assert_int_equal(plan_of("convoy", &request, &error), -EINVAL);
	assert_string_equal(error.text, "convoy has none of the modes asked for; it has: gil, "
					"threads, processes, real");
}

/* Every model that excludes, free threads, and processes: each with 2 and 4 workers. */
static void test_order_by_default(void **unused)
{
	(void)unused;
	static const int64_t ms = 1000000;
	struct error error = { "" };
	struct request request = { .time_s = 0.4 };
	add_spec(&request.kernels, "kernel", kernel_form, "countdown");
	add_spec(&request.locks, "lock model", lockmodel_form, "cpython3");
	add_spec(&request.locks, "lock model", lockmodel_form, "ruby_waitq");
	assert_int_equal(plan_of("order", &request, &error), 0);
	assert_int_equal(plan.count, 2 * (2 + 1 + 2));
	assert_string_equal(
		plan.rows[0].name, "order/kernel:countdown/mode:gil/lock:cpython3/workers:2");
	/* A lock that switches every 100 ms needs longer windows, of which there are fewer. */
	expect_window(&plan.rows[0], 100 * ms, 2);
	expect_window(&plan.rows[2], 600 * ms, 1);
}

static void test_workers_that_order_cannot_tell_apart(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct request request = { .workers = { 255, 256 }, .workers_count = 2 };
	add_spec(&request.kernels, "kernel", kernel_form, "countdown");
	assert_int_equal(plan_of("order", &request, &error), -EINVAL);
	assert_string_equal(error.text, "order: 256 workers are too many; allowed are 1 to 255, "
					"because a mark is one byte");
}

static void test_cancel_by_default(void **unused)
{
	(void)unused;
	static const char *const names[] = {
		"cancel/kernel:countdown/mode:gil/lock:ruby_waitq/workers:0/way:flag",
		"cancel/kernel:countdown/mode:gil/lock:ruby_waitq/workers:1/way:flag",
		"cancel/kernel:countdown/mode:gil/lock:ruby_waitq/workers:4/way:flag",
		"cancel/kernel:countdown/mode:processes/lock:ruby_waitq/workers:0/way:sigterm",
		"cancel/kernel:countdown/mode:processes/lock:ruby_waitq/workers:0/way:sigkill",
		"cancel/kernel:countdown/mode:processes/lock:ruby_waitq/workers:1/way:sigterm",
		"cancel/kernel:countdown/mode:processes/lock:ruby_waitq/workers:1/way:sigkill",
		"cancel/kernel:countdown/mode:processes/lock:ruby_waitq/workers:4/way:sigterm",
		"cancel/kernel:countdown/mode:processes/lock:ruby_waitq/workers:4/way:sigkill",
	};
	static const int64_t ms = 1000000;
	struct error error = { "" };
	struct request request = { .time_s = 0.4 };
	add_spec(&request.kernels, "kernel", kernel_form, "countdown");
	add_spec(&request.locks, "lock model", lockmodel_form, "ruby_waitq");
	add_spec(&request.modes, "mode", mode_form, "gil");
	add_spec(&request.modes, "mode", mode_form, "processes");
	assert_int_equal(plan_of("cancel", &request, &error), 0);
	expect_rows(names, LENGTH(names));
	assert_true(plan.rows[0].keeps_distribution);
	assert_string_equal(plan.rows[1].label, "pu 0,2");
	/* A row whose lock switches every 100 ms takes long, and has fewer samples. */
	expect_window(&plan.rows[0], 100 * ms, 1);
	expect_window(&plan.rows[1], 100 * ms, 1);
	expect_window(&plan.rows[5], 100 * ms, 2);
}

/* Beside several workers, a stop under a lock that switches every 100 ms takes a second. */
static void test_quick_cancel(void **unused)
{
	(void)unused;
	static const char *const names[] = {
		"cancel/kernel:countdown/mode:gil/lock:ruby_waitq/workers:0/way:flag/every:2ms",
		"cancel/kernel:countdown/mode:gil/lock:ruby_waitq/workers:1/way:flag/every:2ms",
	};
	struct error error = { "" };
	struct request request = { .time_s = 0.2, .quick = true };
	add_spec(&request.kernels, "kernel", kernel_form, "countdown");
	add_spec(&request.locks, "lock model", lockmodel_form, "ruby_waitq");
	add_spec(&request.modes, "mode", mode_form, "gil");
	assert_int_equal(plan_of("cancel:every=2ms", &request, &error), 0);
	expect_rows(names, LENGTH(names));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, plan_set_up, plan_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_times_by_default),
		TEST(test_times_as_asked_for),
		TEST(test_primitives),
		TEST(test_io_rows),
		TEST(test_io_rows_by_default),
		TEST(test_calibration_of_io_rows_is_short),
		TEST(test_windows_of_io_rows),
		TEST(test_windows_of_convoy),
		TEST(test_order_by_default),
		TEST(test_workers_that_order_cannot_tell_apart),
		TEST(test_cancel_by_default),
		TEST(test_quick_cancel),
		TEST(test_modes_that_an_experiment_lacks),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
