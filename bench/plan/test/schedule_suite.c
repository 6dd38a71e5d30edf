/* See schedule_suite.h. */
#include "schedule_suite.h"

struct placement *placement;
struct signals signals;
struct plan plan;
struct error error;

int set_up(void **unused)
{
	suite_reset(unused);
	setenv("HWLOC_SYNTHETIC", "l3:1(size=1MiB) core:2 pu:1", 1);
	placement = suite_placement(PLACEMENT_NONE);
	plan = (struct plan){ .samples = SAMPLES, .placement = placement };
	error.text[0] = '\0';
	return signals_init(&signals, &error);
}

int tear_down(void **unused)
{
	(void)unused;
	plan_finish(&plan);
	placement_destroy(placement);
	signals_finish(&signals);
	return 0;
}

static const struct mode *find_mode(const char *name)
{
	size_t index = 0;
	while (strcmp(mode_at(index)->form.name, name) != 0) {
		index++;
	}
	return mode_at(index);
}

void add_row(const struct kernel *kernel, uint64_t units)
{
	struct work wanted = { .load = { .kernel = kernel },
		.source = units ? WORK_FIXED : WORK_CALIBRATED };
	struct spec lock = suite_lock("mutex");
	struct row_spec spec = { .experiment = "test",
		.mode = find_mode("gil"),
		.lock = &lock,
		.counts_workers = true,
		.workers = 2 };
	snprintf(wanted.load.spec.text, sizeof(wanted.load.spec.text), "%s", kernel->form.name);
	struct work *work = plan_work(&plan, &wanted, &error);
	struct row *row = plan_add(&plan, &spec, &error);
	assert_true(row && work);
	work->load.units = units;
	row->take = compute_row_take;
	row->work = work;
	row->wanted = SAMPLES;
}

void note_taken(void *context, const struct row *row, size_t number)
{
	size_t *last = context;
	assert_non_null(row);
	assert_true(number < row->wanted);
	assert_true(row->samples[number].measured || row->samples[number].error.text[0]);
	(*last)++;
}

int run(uint64_t seed)
{
	size_t done = 0;
	struct schedule schedule = {
		.plan = &plan,
		.seed = seed,
		.target = { .region_ns = 1000000, .placement = placement, .signals = &signals },
		.taken = note_taken,
		.context = &done,
	};
	int result = schedule_prepare(&schedule, &error);
	result = result ? result : schedule_run(&schedule, &error);
	suite_assert_nobody_left();
	if (!result) {
		assert_int_equal(done, plan_wanted(&plan));
	}
	return result;
}

void take_seeds(uint64_t seed, uint64_t seeds[2 * SAMPLES])
{
	set_up(NULL);
	add_row(&suite_kernel, UNITS);
	add_row(&suite_kernel, UNITS);
	plan.rows[1].name[0] = '!';
	assert_int_equal(run(seed), 0);
	for (size_t i = 0; i < 2 * SAMPLES; i++) {
		seeds[i] = plan.rows[i % 2].samples[i / 2].seed;
	}
	tear_down(NULL);
}

void expect_all(const struct row *row, bool measured, const char *text)
{
	for (size_t i = 0; i < row->wanted; i++) {
		assert_int_equal(row->samples[i].measured, measured);
		assert_string_equal(row->samples[i].error.text, text);
	}
}
