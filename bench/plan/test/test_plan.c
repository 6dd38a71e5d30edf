/*
 * The plan: what rows are called, what they share, and which works are the same. How rows are
 * measured is for test_schedule.c.
 */
#include "plan_suite.h"

#include "budget.h"
#include "kernel.h"
#include "lockmodel.h"
#include "test.h"

#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static const struct mode *find_mode(const char *name)
{
	return mode_at(parse("mode", mode_form, name).index);
}

/* --- rows ------------------------------------------------------------------------------------ */

static struct row *add(const struct row_spec *spec)
{
	struct error error = { "" };
	struct row *row = plan_add(&plan, spec, &error);
	if (!row) {
		fail_msg("%s", error.text);
	}
	assert_ptr_equal(row, &plan.rows[plan.count - 1]);
	assert_ptr_equal(row->plan, &plan);
	assert_int_equal(row->workers, spec->workers);
	return row;
}

static void expect_name(const struct row_spec *spec, const char *name)
{
	assert_string_equal(add(spec)->name, name);
}

static void test_names(void **unused)
{
	(void)unused;
	struct spec countdown = parse("kernel", kernel_form, "countdown");
	struct spec chase = parse("kernel", kernel_form, "chase:size=64MiB");
	struct spec lock = parse("lock model", lockmodel_form, "cpython3:interval=500us");
	expect_name(&(struct row_spec){ .experiment = "times",
			    .kernel = &countdown,
			    .mode = find_mode("sequential") },
		"times/kernel:countdown/mode:sequential");
	expect_name(&(struct row_spec){ .experiment = "times",
			    .kernel = &chase,
			    .mode = find_mode("gil"),
			    .lock = &lock,
			    .counts_workers = true,
			    .workers = 2 },
		"times/kernel:chase:size=64MiB/mode:gil/lock:cpython3:interval=500us/workers:2");
	expect_name(&(struct row_spec){ .experiment = "primitives",
			    .runtime = "cpython-3.11.2",
			    .workers = 1,
			    .op = "release_acquire" },
		"primitives/runtime:cpython-3.11.2/op:release_acquire");
	assert_int_equal(plan.count, 3);
}

/* An experiment's parameters are parts where they differ from their defaults. */
static void test_names_with_parameters(void **unused)
{
	(void)unused;
	static const struct spec_form form = {
		.name = "x",
		.params = { { .name = "every", .kind = SPEC_DURATION, .initial = 10 },
			{ .name = "size", .kind = SPEC_COUNT, .initial = 3 } },
	};
	struct spec own = { .values = { 10, 3 } };
	struct row_spec spec = {
		.experiment = "x", .counts_workers = true, .form = &form, .own = &own
	};
	expect_name(&spec, "x/workers:0");
	own.values[1] = 4;
	expect_name(&spec, "x/workers:0/size:4");
	own.values[0] = 1000000;
	expect_name(&spec, "x/workers:0/every:1ms/size:4");
}

static void test_a_long_name(void **unused)
{
	(void)unused;
	char text[5000];
	memset(text, 'y', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	const struct row *row = add(&(struct row_spec){ .experiment = "x", .op = text });
	assert_int_equal(strlen(row->name), strlen("x/op:") + sizeof(text) - 1);
}

static void test_label_is_the_pin_map(void **unused)
{
	(void)unused;
	add(&(struct row_spec){ .experiment = "x" });
	add(&(struct row_spec){ .experiment = "x", .workers = 1 });
	add(&(struct row_spec){ .experiment = "x", .workers = 3 });
	add(&(struct row_spec){ .experiment = "x", .workers = 1, .bound = 2 });
	assert_string_equal(plan.rows[0].label, "");
	assert_string_equal(plan.rows[1].label, "pu 0");
	assert_string_equal(plan.rows[2].label, "pu 0,2,0");
	assert_string_equal(plan.rows[3].label, "pu 0,2");
	assert_false(plan.rows[2].samples[1].measured);
	assert_string_equal(plan.rows[2].samples[1].error.text, "");
}

/* A row may bring its own placement. */
static void test_placement_is_the_rows(void **unused)
{
	(void)unused;
	struct error error;
	struct placement *same = placement_create_foreign(PLACEMENT_SAME, &error);
	assert_non_null(same);
	add(&(struct row_spec){ .experiment = "x", .workers = 2 });
	add(&(struct row_spec){ .experiment = "x", .workers = 2, .placement = same });
	assert_ptr_equal(plan.rows[0].placement, placement);
	assert_ptr_equal(plan.rows[1].placement, same);
	assert_string_equal(plan.rows[0].label, "pu 0,2");
	assert_string_equal(plan.rows[1].label, "pu 0,0");
	placement_destroy(same);
}

static void test_room_for_samples(void **unused)
{
	(void)unused;
	assert_int_equal(add(&(struct row_spec){ .experiment = "x" })->room, 2);
	assert_int_equal(add(&(struct row_spec){ .experiment = "y", .samples = 1 })->room, 1);
}

/* What its samples found is added to a row's label, each once, in their order. */
static void test_label_has_the_marks_of_the_samples(void **unused)
{
	(void)unused;
	char label[PLAN_LABEL_MAX];
	struct row *row = add(&(struct row_spec){ .experiment = "x", .workers = 1, .samples = 3 });
	row_describe(row, label);
	assert_string_equal(label, "pu 0");
	sample_mark(&row->samples[1], "late");
	sample_mark(&row->samples[2], "overrun");
	sample_mark(&row->samples[2], "late");
	row_describe(row, label);
	assert_string_equal(label, "pu 0 late overrun");
	row->samples[0].region.bound_elsewhere = true;
	row_describe(row, label);
	assert_string_equal(label, "bound by its command late overrun");
	for (int i = 0; i < 2 * SAMPLE_MARKS_MAX; i++) {
		sample_mark(&row->samples[0], "once");
	}
	row_describe(row, label);
	assert_string_equal(label, "bound by its command once late overrun");
}

/* The latencies of a row are those of all its samples. */
static void test_latencies_of_the_samples(void **unused)
{
	(void)unused;
	static const int64_t ns[] = { 3, 1, 2 };
	struct latency all = { 0 };
	struct row *row = add(&(struct row_spec){ .experiment = "x", .samples = 3 });
	assert_int_equal(row_latencies(row, &all), 0);
	assert_int_equal(all.count, 0);
	assert_int_equal(latency_add(&row->samples[0].latencies, ns, 2), 0);
	assert_int_equal(latency_add(&row->samples[2].latencies, ns + 2, 1), 0);
	assert_int_equal(row_latencies(row, &all), 0);
	assert_int_equal(all.count, 3);
	assert_memory_equal(all.ns, ns, sizeof(ns));
	latency_finish(&all);
}

static void test_counters_have_no_limit(void **unused)
{
	(void)unused;
	struct row *row = (struct row *)add(&(struct row_spec){ .experiment = "x" });
	for (int i = 0; i < 1000; i++) {
		assert_int_equal(counters_add(&row->samples[0].counters, "n", i), 0);
	}
	assert_int_equal(row->samples[0].counters.count, 1000);
	assert_true(row->samples[0].counters.list[999].value == 999);
}

static void test_wanted_are_those_of_regions(void **unused)
{
	(void)unused;
	for (int i = 0; i < 4; i++) {
		add(&(struct row_spec){ .experiment = "x", .samples = 4 });
		plan.rows[i].wanted = (size_t)i;
	}
	assert_int_equal(plan_wanted(&plan), 6);
	plan.rows[3].samples[2].measured = true;
	plan.rows[3].samples[3].measured = true;
	assert_int_equal(plan_measured(&plan), 1);
	plan.rows[3].in_process = (gbench_fn *)1;
	assert_int_equal(plan_wanted(&plan), 3);
}

/* --- works ----------------------------------------------------------------------------------- */

static struct work *work_of(const char *text)
{
	struct error error;
	struct work wanted = { .load = { .spec = parse("kernel", kernel_form, text) } };
	wanted.load.kernel = kernel_at(wanted.load.spec.index);
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
	assert_string_equal(chase->load.kernel->form.name, "chase");
	assert_string_equal(chase->load.spec.text, "chase:size=128KiB");
	assert_false(chase->ready);
	assert_null(chase->load.data);
}

/* By the fields that work.h calls a work's identity, and no others. */
static void test_works_differ(void **unused)
{
	(void)unused;
	struct error error;
	char interpreters[2]; /* only their addresses matter */
	struct work *plain = work_of("countdown");
	struct work wanted = { .load = plain->load };
	wanted.load.units = 7;
	assert_ptr_equal(plan_work(&plan, &wanted, &error), plain);
	wanted.region_ns = 1;
	struct work *longer = plan_work(&plan, &wanted, &error);
	wanted.interpreter = (struct interpreter *)&interpreters[0];
	struct work *real = plan_work(&plan, &wanted, &error);
	wanted.interpreter = (struct interpreter *)&interpreters[1];
	struct work *other = plan_work(&plan, &wanted, &error);
	wanted = (struct work){ .load = plain->load, .source = WORK_PACED, .reference = real };
	struct work *paced = plan_work(&plan, &wanted, &error);
	assert_int_equal(plan.work_count, 5);
	assert_true(longer != plain && real != longer && other != real && paced != plain);
	assert_ptr_equal(plan_work(&plan, &wanted, &error), paced);
	assert_ptr_equal(paced->reference, real);
	assert_int_equal(plan.work_count, 5);
}

/* --- budgets --------------------------------------------------------------------------------- */

static const int64_t ms = 1000000;

static void test_lengths_of_regions(void **unused)
{
	(void)unused;
	struct request request = { .time_s = 0.4 };
	assert_int_equal(budget_region_ns(&request, 0), 0);
	assert_int_equal(budget_region_ns(&request, 5 * ms), 0);
	/* 20 quanta, and a little more; no longer regions for what fits into the usual ones. */
	assert_int_equal(budget_region_ns(&request, 16 * ms), 0);
	assert_in_range(budget_region_ns(&request, 50 * ms), 1000 * ms, 1200 * ms);
	assert_in_range(budget_region_ns(&request, 100 * ms), 2000 * ms, 2400 * ms);
	request.time_given = true;
	assert_int_equal(budget_region_ns(&request, 100 * ms), 0);
}

static void test_numbers_of_samples(void **unused)
{
	(void)unused;
	struct request request = { .time_s = 0.4, .samples = 12 };
	assert_int_equal(budget_samples(&request, 0), 12);
	assert_int_equal(budget_samples(&request, 600 * ms), 8);
	assert_int_equal(budget_samples(&request, 2000 * ms), 5);
	request = (struct request){ .time_s = 0.15, .samples = 5, .quick = true };
	assert_int_equal(budget_samples(&request, 2000 * ms), 2);
	request.samples = 1;
	assert_int_equal(budget_samples(&request, 2000 * ms), 1);
	request = (struct request){ .time_s = 0.4, .samples = 30, .samples_given = true };
	assert_int_equal(budget_samples(&request, 2000 * ms), 30);
}

/* As long as wanted, unless the user has said how long. */
static void test_windows(void **unused)
{
	(void)unused;
	struct request request = { .time_s = 0.2 };
	assert_int_equal(budget_window_ns(&request, 0), 200 * ms);
	assert_int_equal(budget_window_ns(&request, 199 * ms), 200 * ms);
	assert_int_equal(budget_window_ns(&request, 500 * ms), 500 * ms);
	request.time_given = true;
	assert_int_equal(budget_window_ns(&request, 500 * ms), 200 * ms);
}

/* In 5 runs, 20 samples where a p99 is judged; long windows get fewer elsewhere, but at least 5. */
static void test_numbers_of_windows(void **unused)
{
	(void)unused;
	struct request request = { .time_s = 0.2 };
	assert_int_equal(budget_window_samples(&request, 200 * ms, BUDGET_USUAL), 4);
	assert_int_equal(budget_window_samples(&request, 400 * ms, BUDGET_USUAL), 2);
	assert_int_equal(budget_window_samples(&request, 2000 * ms, BUDGET_USUAL), 1);
	assert_int_equal(budget_window_samples(&request, 2000 * ms, BUDGET_JUDGED), 4);
	assert_int_equal(budget_window_samples(&request, 200 * ms, BUDGET_REFERENCE), 2);
	request.quick = true;
	assert_int_equal(budget_window_samples(&request, 200 * ms, BUDGET_USUAL), 2);
	assert_int_equal(budget_window_samples(&request, 2000 * ms, BUDGET_JUDGED), 1);
	assert_int_equal(budget_window_samples(&request, 200 * ms, BUDGET_REFERENCE), 1);
	request = (struct request){ .time_s = 0.2, .samples = 7, .samples_given = true };
	assert_int_equal(budget_window_samples(&request, 2000 * ms, BUDGET_USUAL), 7);
	assert_int_equal(budget_window_samples(&request, 200 * ms, BUDGET_REFERENCE), 7);
	/* Windows that the user has chosen do not become fewer because they are long. */
	request = (struct request){ .time_s = 6, .time_given = true };
	assert_int_equal(budget_window_samples(&request, 6000 * ms, BUDGET_USUAL), 4);
}

static void test_which_kernels_are_paired(void **unused)
{
	(void)unused;
	struct spec countdown = parse("kernel", kernel_form, "countdown");
	struct spec paced = parse("kernel", kernel_form, "countdown:turn=12ns");
	struct spec primes = parse("kernel", kernel_form, "primes");
	assert_true(request_is_paired(&countdown));
	assert_false(request_is_paired(&paced));
	assert_false(request_is_paired(&primes));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, plan_set_up, plan_tear_down)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_names),
		TEST(test_names_with_parameters),
		TEST(test_a_long_name),
		TEST(test_label_is_the_pin_map),
		TEST(test_placement_is_the_rows),
		TEST(test_room_for_samples),
		TEST(test_label_has_the_marks_of_the_samples),
		TEST(test_latencies_of_the_samples),
		TEST(test_counters_have_no_limit),
		TEST(test_wanted_are_those_of_regions),
		TEST(test_works_are_shared),
		TEST(test_works_differ),
		TEST(test_lengths_of_regions),
		TEST(test_numbers_of_samples),
		TEST(test_windows),
		TEST(test_numbers_of_windows),
		TEST(test_which_kernels_are_paired),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
