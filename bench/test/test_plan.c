/*
 * The plan: what rows are called, what they share, and which rows `times` and `primitives` plan.
 * How they are measured is for test_schedule.c.
 */
#include "experiment.h"
#include "modes/modes.h"
#include "plan.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* On a machine of 2 cores with 2 PUs each. */
static struct placement *placement;
static struct plan plan;

static int set_up(void **unused)
{
	(void)unused;
	struct error error;
	setenv("HWLOC_SYNTHETIC", "package:1 l3:1(size=1MiB) core:2 pu:2", 1);
	placement = placement_create(PLACEMENT_CORE, &error);
	plan = (struct plan){ .samples = 2, .placement = placement };
	return placement == NULL;
}

static int tear_down(void **unused)
{
	(void)unused;
	plan_finish(&plan);
	placement_destroy(placement);
	return 0;
}

/* --- rows ------------------------------------------------------------------------------------ */

static void expect_name(const struct plan_parts *parts, const char *name)
{
	struct error error = { "" };
	const struct row *row = plan_add(&plan, parts, &error);
	if (!row) {
		fail_msg("%s", error.text);
		return;
	}
	assert_string_equal(row->name, name);
	assert_ptr_equal(row, &plan.rows[plan.count - 1]);
	assert_ptr_equal(row->plan, &plan);
	assert_ptr_equal(row->mode, parts->mode);
	assert_int_equal(row->workers, parts->workers);
}

static void test_names(void **unused)
{
	(void)unused;
	expect_name(
		&(struct plan_parts){
			.experiment = "times", .kernel = "countdown", .mode = &mode_sequential },
		"times/kernel:countdown/mode:sequential");
	expect_name(&(struct plan_parts){ .experiment = "times",
			    .kernel = "chase:size=64MiB",
			    .mode = &mode_gil,
			    .lock = "cpython3:interval=500us",
			    .workers = 2 },
		"times/kernel:chase:size=64MiB/mode:gil/lock:cpython3:interval=500us/workers:2");
	expect_name(&(struct plan_parts){ .experiment = "primitives",
			    .runtime = "cpython-3.11.2",
			    .workers = PLAN_UNCOUNTED,
			    .op = "release_acquire" },
		"primitives/runtime:cpython-3.11.2/op:release_acquire");
	expect_name(&(struct plan_parts){ .experiment = "convoy",
			    .mode = &mode_real,
			    .runtime = "pypy-3.9.16",
			    .own = "every:1ms/over:udp" },
		"convoy/mode:real/runtime:pypy-3.9.16/workers:0/every:1ms/over:udp");
	expect_name(&(struct plan_parts){ .experiment = "x",
			    .kernel = "a",
			    .mode = &mode_processes,
			    .lock = "b",
			    .runtime = "c",
			    .workers = 1024,
			    .op = "d" },
		"x/kernel:a/mode:processes/lock:b/runtime:c/workers:1024/op:d");
	assert_int_equal(plan.count, 5);
}

static void test_label_is_the_pin_map(void **unused)
{
	(void)unused;
	expect_name(&(struct plan_parts){ .experiment = "x" }, "x/workers:0");
	expect_name(&(struct plan_parts){ .experiment = "x", .workers = 1 }, "x/workers:1");
	expect_name(&(struct plan_parts){ .experiment = "x", .workers = 3 }, "x/workers:3");
	assert_string_equal(plan.rows[0].label, "");
	assert_string_equal(plan.rows[1].label, "pu 0");
	assert_string_equal(plan.rows[2].label, "pu 0,2,0");
	assert_false(plan.rows[2].samples[1].measured);
	assert_string_equal(plan.rows[2].samples[1].error.text, "");
}

static void test_name_too_long(void **unused)
{
	(void)unused;
	char text[PLAN_NAME_MAX];
	struct error error = { "" };
	struct plan_parts parts = { .experiment = "x", .workers = PLAN_UNCOUNTED, .op = text };
	memset(text, 'y', sizeof(text));
	text[PLAN_NAME_MAX - sizeof("x/op:")] = '\0';
	assert_non_null(plan_add(&plan, &parts, &error));
	assert_int_equal(strlen(plan.rows[0].name), PLAN_NAME_MAX - 1);
	text[PLAN_NAME_MAX - sizeof("x/op:")] = 'y';
	text[PLAN_NAME_MAX - 1] = '\0';
	assert_null(plan_add(&plan, &parts, &error));
	assert_non_null(strstr(error.text, "gets too long"));
	/* The one that does not fit is not half there. */
	assert_int_equal(plan.count, 1);
	expect_name(&(struct plan_parts){ .experiment = "z" }, "z/workers:0");
}

static void test_room_for_samples(void **unused)
{
	(void)unused;
	expect_name(&(struct plan_parts){ .experiment = "x" }, "x/workers:0");
	expect_name(&(struct plan_parts){ .experiment = "y", .samples = 1 }, "y/workers:0");
	assert_int_equal(plan.rows[0].room, 2);
	assert_int_equal(plan.rows[1].room, 1);
}

static void count_finished(void *own)
{
	++*(int *)own;
}

static void test_rows_finish_what_is_their_own(void **unused)
{
	(void)unused;
	int finished = 0;
	for (int i = 0; i < 3; i++) {
		expect_name(&(struct plan_parts){ .experiment = "x" }, "x/workers:0");
		plan.rows[i].own = &finished;
		plan.rows[i].finish = i == 1 ? NULL : count_finished;
	}
	plan_finish(&plan);
	plan = (struct plan){ .samples = 2, .placement = placement };
	assert_int_equal(finished, 2);
}

static void test_wanted_are_those_of_regions(void **unused)
{
	(void)unused;
	for (int i = 0; i < 4; i++) {
		expect_name(&(struct plan_parts){ .experiment = "x" }, "x/workers:0");
		plan.rows[i].wanted = (size_t)i;
	}
	assert_int_equal(plan_wanted(&plan), 6);
	plan.rows[3].in_process = (gbench_fn *)1;
	assert_int_equal(plan_wanted(&plan), 3);
}

/* --- works ----------------------------------------------------------------------------------- */

static struct spec kernel_spec(const char *text)
{
	struct spec spec;
	struct error error = { "" };
	if (spec_parse(&spec, "kernel", kernel_form, text, &error)) {
		fail_msg("%s", error.text);
	}
	return spec;
}

static struct work *work_of(const char *text)
{
	struct error error;
	struct work wanted = { .spec = kernel_spec(text) };
	wanted.kernel = kernel_at(wanted.spec.index);
	return plan_work(&plan, &wanted, &error);
}

static void test_works_are_shared(void **unused)
{
	(void)unused;
	struct work *countdown = work_of("countdown");
	struct work *chase = work_of("chase:size=128KiB");
	assert_non_null(countdown);
	assert_ptr_equal(work_of("countdown"), countdown);
	assert_ptr_equal(work_of("chase:size=131072B"), chase);
	assert_ptr_not_equal(work_of("chase"), chase);
	assert_ptr_not_equal(work_of("primes"), countdown);
	assert_int_equal(plan.work_count, 4);
	assert_string_equal(chase->kernel->form.name, "chase");
	assert_string_equal(chase->spec.text, "chase:size=128KiB");
	assert_false(chase->ready);
	assert_null(chase->data);
}

/* What work.h says makes a work's identity, and nothing else. */
static void test_works_differ(void **unused)
{
	(void)unused;
	struct error error;
	char interpreters[2]; /* only their addresses matter */
	struct work *plain = work_of("countdown");
	struct work wanted = { .spec = plain->spec, .kernel = plain->kernel, .units = 7 };
	assert_ptr_equal(plan_work(&plan, &wanted, &error), plain);
	wanted.region_ns = 1;
	struct work *longer = plan_work(&plan, &wanted, &error);
	wanted.interpreter = (struct interpreter *)&interpreters[0];
	struct work *real = plan_work(&plan, &wanted, &error);
	wanted.interpreter = (struct interpreter *)&interpreters[1];
	struct work *other = plan_work(&plan, &wanted, &error);
	wanted = (struct work){ .spec = plain->spec, .kernel = plain->kernel, .pace_of = real };
	struct work *paced = plan_work(&plan, &wanted, &error);
	assert_int_equal(plan.work_count, 5);
	assert_true(longer != plain && real != longer && other != real && paced != plain);
	assert_ptr_equal(plan_work(&plan, &wanted, &error), paced);
	assert_ptr_equal(paced->pace_of, real);
	assert_int_equal(plan.work_count, 5);
}

/* --- experiments ----------------------------------------------------------------------------- */

static int plan_of(const char *name, const struct options *options, struct error *error)
{
	struct experiment_setting setting = { .options = options, .placement = placement };
	for (size_t i = 0; experiment_at(i); i++) {
		assert_ptr_equal(experiment_form(i), &experiment_at(i)->form);
		if (strcmp(experiment_at(i)->form.name, name) == 0) {
			return experiment_at(i)->plan(&plan, &setting, error);
		}
	}
	fail_msg("there is no experiment %s", name);
	return -ENOENT;
}

static void add_spec(
	struct spec_list *list, const char *what, spec_registry *registry, const char *text)
{
	struct error error = { "" };
	if (spec_parse(&list->specs[list->count++], what, registry, text, &error)) {
		fail_msg("%s", error.text);
	}
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
	struct options options = { .time_s = 0.4 };
	add_spec(&options.kernels, "kernel", kernel_form, "countdown");
	assert_int_equal(plan_of("times", &options, &error), 0);
	/* 1, 2 and 4 workers: twice the cores; two locks, in every mode that has a choice. */
	assert_int_equal(plan.count, 1 + 3 * (2 + 1 + 2 + 2));
	assert_int_equal(plan.work_count, 1);
	assert_string_equal(
		plan.rows[1].name, "times/kernel:countdown/mode:gil/lock:cpython2/workers:1");
	for (size_t i = 0; i < plan.count; i++) {
		const struct row *row = &plan.rows[i];
		assert_ptr_equal(row->work, plan.works[0]);
		assert_null(row->in_process);
		assert_int_equal(row->unit, GBENCH_SECOND);
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
	struct options options = { .workers = { 3, 1 }, .workers_count = 2 };
	add_spec(&options.kernels, "kernel", kernel_form, "primes");
	add_spec(&options.kernels, "kernel", kernel_form, "chase:size=64KiB");
	add_spec(&options.locks, "lock model", lockmodel_form, "mutex");
	add_spec(&options.modes, "mode", mode_form, "threads");
	add_spec(&options.modes, "mode", mode_form, "gil");
	assert_int_equal(plan_of("times", &options, &error), 0);
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
	struct options options = { .time_s = 0.001 };
	size_t in_process = 0;
	size_t locked = 0;
	add_spec(&options.locks, "lock model", lockmodel_form, "cpython2");
	assert_int_equal(plan_of("primitives", &options, &error), 0);
	assert_string_equal(plan.rows[0].name, "primitives/op:loop");
	assert_string_equal(plan.rows[1].name, "primitives/lock:cpython2/op:checkpoint");
	for (size_t i = 0; i < plan.count; i++) {
		const struct row *row = &plan.rows[i];
		in_process += row->in_process != NULL;
		locked += strstr(row->name, "/lock:cpython2/op:") != NULL;
		if (!row->in_process) {
			assert_int_equal(row->unit, GBENCH_NANOSECOND);
			assert_true(row->work->units > 0 && row->workers == 1);
			assert_string_equal(row->label, "pu 0");
		}
	}
	assert_int_equal(in_process, 3);
	assert_int_equal(locked, 3);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_names),
		TEST(test_label_is_the_pin_map),
		TEST(test_name_too_long),
		TEST(test_wanted_are_those_of_regions),
		TEST(test_room_for_samples),
		TEST(test_rows_finish_what_is_their_own),
		TEST(test_works_are_shared),
		TEST(test_works_differ),
		TEST(test_times_by_default),
		TEST(test_times_as_asked_for),
		TEST(test_primitives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
