/*
 * What the tests of the schedule share: a plan on a machine that is made up, rows of made-up
 * kernels, and a run that leaves no process behind.
 */
#pragma once

#include "kernel_row.h"
#include "region_suite.h"
#include "schedule.h"

enum { SAMPLES = 6, UNITS = 50 };

static struct placement *placement;
static struct signals signals;
static struct plan plan;
static struct error error;

static inline int set_up(void **unused)
{
	suite_forget(unused);
	setenv("HWLOC_SYNTHETIC", "l3:1(size=1MiB) core:2 pu:1", 1);
	placement = suite_placement(PLACEMENT_NONE);
	plan = (struct plan){ .samples = SAMPLES, .placement = placement };
	error.text[0] = '\0';
	return signals_init(&signals, &error);
}

static inline int tear_down(void **unused)
{
	(void)unused;
	plan_finish(&plan);
	placement_destroy(placement);
	signals_finish(&signals);
	return 0;
}

/* A row of the kernel, all of whose samples are wanted; its work is the kernel's. */
static inline void add_row(const struct kernel *kernel, uint64_t units)
{
	struct work wanted = { .kernel = kernel };
	struct plan_parts parts = { .experiment = "test", .mode = &mode_gil, .workers = 2 };
	snprintf(wanted.spec.text, sizeof(wanted.spec.text), "%s", kernel->form.name);
	struct work *work = plan_work(&plan, &wanted, &error);
	struct row *row = plan_add(&plan, &parts, &error);
	assert_true(row && work);
	work->units = units;
	row->take = kernel_row_take;
	row->work = work;
	row->lock = suite_lock("mutex");
	row->wanted = SAMPLES;
}

static inline void note_progress(void *context, const struct row *row, size_t done, size_t all)
{
	size_t *last = context;
	assert_non_null(row);
	assert_int_equal(done, *last + 1);
	assert_int_equal(all, plan_wanted(&plan));
	*last = done;
}

static inline int run(uint64_t seed)
{
	size_t done = 0;
	struct schedule schedule = {
		.plan = &plan,
		.seed = seed,
		.target = { .region_ns = 1000000, .placement = placement, .signals = &signals },
		.progress = note_progress,
		.context = &done,
	};
	int result = schedule_run(&schedule, &error);
	suite_assert_nobody_left();
	if (!result) {
		assert_int_equal(done, plan_wanted(&plan));
	}
	return result;
}

static inline void expect_all(const struct row *row, bool measured, const char *text)
{
	for (size_t i = 0; i < row->wanted; i++) {
		assert_int_equal(row->samples[i].measured, measured);
		assert_string_equal(row->samples[i].error.text, text);
	}
}
