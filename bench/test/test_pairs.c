/*
 * Pairs: the rows of real interpreters and of the models beside them, how long their regions are,
 * and that the model goes at the interpreter's pace. What stands for interpreters is
 * fakes/interpreter, whose path is the test's argument; a turn takes 10 ns there.
 */
#include "experiments/pairs.h"

#include "modes/modes.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

enum { COMMAND_MAX = 1024, INTERPRETERS_MAX = 4 };

static const int64_t ms = 1000000;

static const char *fake;
static struct interpreter *interpreters[INTERPRETERS_MAX];
static size_t interpreter_count;
static struct placement *placement;
static struct signals signals;
static struct plan plan;
static struct spec countdown;
static struct error error;

static int set_up(void **unused)
{
	(void)unused;
	error.text[0] = '\0';
	interpreter_count = 0;
	placement = placement_create(PLACEMENT_NONE, &error);
	plan = (struct plan){ .samples = 12, .placement = placement };
	return spec_parse(&countdown, "kernel", kernel_form, pairs_kernel, &error) ||
	       signals_init(&signals, &error);
}

static int tear_down(void **unused)
{
	(void)unused;
	plan_finish(&plan);
	for (size_t i = 0; i < interpreter_count; i++) {
		interpreter_destroy(interpreters[i]);
	}
	placement_destroy(placement);
	signals_finish(&signals);
	return 0;
}

/* A fake, told what to do otherwise. */
static struct interpreter *start(const char *arguments)
{
	char command[COMMAND_MAX];
	int length = snprintf(command, sizeof(command), "'%s' %s", fake, arguments);
	assert_in_range(length, 0, COMMAND_MAX - 1);
	interpreters[interpreter_count] = interpreter_create(command, &signals, &error);
	if (!interpreters[interpreter_count]) {
		fail_msg("%s", error.text);
	}
	return interpreters[interpreter_count++];
}

static const char ruby[] = "'runtime=runtime ruby' 'version=version 3.1.2' param=";

/* --- lengths --------------------------------------------------------------------------------- */

static void test_lengths_of_regions(void **unused)
{
	(void)unused;
	struct options options = { .time_s = 0.4 };
	assert_int_equal(pairs_region_ns(&options, 0), 0);
	assert_int_equal(pairs_region_ns(&options, 5 * ms), 0);
	/* 20 quanta, and a little more; no longer regions for what fits into the usual ones. */
	assert_int_equal(pairs_region_ns(&options, 16 * ms), 0);
	assert_in_range(pairs_region_ns(&options, 50 * ms), 1000 * ms, 1200 * ms);
	assert_in_range(pairs_region_ns(&options, 100 * ms), 2000 * ms, 2400 * ms);
	options.time_given = true;
	assert_int_equal(pairs_region_ns(&options, 100 * ms), 0);
}

static void test_numbers_of_samples(void **unused)
{
	(void)unused;
	struct options options = { .time_s = 0.4, .samples = 12 };
	assert_int_equal(pairs_samples(&options, 0), 12);
	assert_int_equal(pairs_samples(&options, 600 * ms), 8);
	assert_int_equal(pairs_samples(&options, 2000 * ms), 5);
	options = (struct options){ .time_s = 0.15, .samples = 5, .quick = true };
	assert_int_equal(pairs_samples(&options, 2000 * ms), 2);
	options.samples = 1;
	assert_int_equal(pairs_samples(&options, 2000 * ms), 1);
	options = (struct options){ .time_s = 0.4, .samples = 30, .samples_given = true };
	assert_int_equal(pairs_samples(&options, 2000 * ms), 30);
}

static void test_which_kernel(void **unused)
{
	(void)unused;
	struct spec paced;
	struct spec primes;
	assert_true(pairs_want(&countdown));
	assert_int_equal(
		spec_parse(&paced, "kernel", kernel_form, "countdown:turn=12ns", &error), 0);
	assert_int_equal(spec_parse(&primes, "kernel", kernel_form, "primes", &error), 0);
	assert_false(pairs_want(&paced));
	assert_false(pairs_want(&primes));
}

/* --- rows ------------------------------------------------------------------------------------ */

static void plan_times(const struct options *options)
{
	struct experiment_setting setting = {
		.options = options,
		.placement = placement,
		.interpreters = interpreters,
		.interpreter_count = interpreter_count,
	};
	assert_string_equal(experiment_at(0)->form.name, "times");
	if (experiment_at(0)->plan(&plan, &setting, &error)) {
		fail_msg("%s", error.text);
	}
}

/* Two workers; the lock of CPython 3. */
static struct options make_options(const char *modes)
{
	struct options options = {
		.time_s = 0.4, .samples = 12, .workers = { 2 }, .workers_count = 1
	};
	if (spec_list_parse(&options.kernels, "kernel", kernel_form, pairs_kernel, &error) ||
		spec_list_parse(&options.locks, "lock model", lockmodel_form, "cpython3", &error) ||
		spec_list_parse(&options.modes, "mode", mode_form, modes, &error)) {
		fail_msg("%s", error.text);
	}
	return options;
}

static void test_rows(void **unused)
{
	(void)unused;
	static const char *const names[] = {
		"times/kernel:countdown/mode:gil/lock:cpython3/workers:2",
		"times/kernel:countdown/mode:gil/lock:cpython3/runtime:cpython-3.11.2/workers:2",
		"times/kernel:countdown/mode:gil/lock:none/runtime:cpython-3.13.1t/workers:2",
		"times/kernel:countdown/mode:real/runtime:cpython-3.11.2/workers:2",
		"times/kernel:countdown/mode:real/runtime:cpython-3.13.1t/workers:2",
		"times/kernel:countdown/mode:real/runtime:lua-5.4/workers:2",
		"times/kernel:countdown/mode:real-processes/runtime:cpython-3.11.2/workers:2",
		"times/kernel:countdown/mode:real-processes/runtime:cpython-3.13.1t/workers:2",
		"times/kernel:countdown/mode:real-processes/runtime:lua-5.4/workers:2",
	};
	struct options options = make_options("gil,real,real-processes");
	start("");
	start("'version=version 3.13.1t' param=unlocked");
	start("'runtime=runtime lua' 'version=version 5.4'");
	plan_times(&options);
	for (size_t i = 0; i < plan.count && i < LENGTH(names); i++) {
		assert_string_equal(plan.rows[i].name, names[i]);
	}
	assert_int_equal(plan.count, LENGTH(names));
	/* Our kernel, at its pace and at that of two interpreters; and each of those itself. */
	assert_int_equal(plan.work_count, 3 + 3);
	assert_int_equal(plan.rows[1].quantum_ns, 5 * ms);
	assert_int_equal(plan.rows[3].quantum_ns, 5 * ms);
	assert_int_equal(plan.rows[4].quantum_ns, 0);
	assert_int_equal(plan.rows[6].quantum_ns, 0);
}

static void test_long_quanta_get_long_regions(void **unused)
{
	(void)unused;
	struct options options = make_options("gil,real,real-processes");
	start(ruby);
	plan_times(&options);
	assert_int_equal(plan.count, 4);
	const struct row *model = &plan.rows[1];
	const struct row *real = &plan.rows[2];
	const struct row *processes = &plan.rows[3];
	assert_non_null(strstr(model->name, "/lock:ruby_waitq/runtime:ruby-3.1.2/"));
	assert_int_equal(model->quantum_ns, 100 * ms);
	assert_int_equal(model->room, 5);
	assert_int_equal(real->room, 5);
	assert_int_equal(real->work->region_ns, pairs_region_ns(&options, 100 * ms));
	assert_ptr_equal(model->work->pace_of, real->work);
	/* Processes have nothing to wait for, and so no quanta. */
	assert_int_equal(processes->room, 12);
	assert_int_equal(processes->work->region_ns, 0);
	assert_ptr_equal(real->work->calibrated, processes->work);
}

/* --- works ----------------------------------------------------------------------------------- */

static int prepare(struct work *work)
{
	struct work_target target = {
		.region_ns = 2 * ms, .placement = placement, .signals = &signals
	};
	error.text[0] = '\0';
	return work_prepare(work, &target, &error);
}

/* Within a thousandth; the units are rounded up. */
static void expect_about(double value, double expected)
{
	assert_true(value > expected * 0.999 && value < expected * 1.001);
}

static void test_works(void **unused)
{
	(void)unused;
	struct interpreter *interpreter = start("");
	struct work *real = pairs_real_work(&plan, &countdown, interpreter, 0, &error);
	struct work *longer = pairs_real_work(&plan, &countdown, interpreter, 6 * ms, &error);
	struct work *paced = pairs_paced_work(&plan, &countdown, longer, &error);
	assert_true(real && longer && paced);
	assert_ptr_equal(pairs_real_work(&plan, &countdown, interpreter, 0, &error), real);
	/* The last one makes the others ready, which it depends on. */
	assert_int_equal(prepare(paced), 0);
	assert_true(real->ready && longer->ready && paced->ready);
	expect_about((double)real->units, 2e-3 / 10e-9);
	expect_about((double)longer->units, 6e-3 / 10e-9);
	expect_about(real->turn_s, 10e-9);
	assert_true(paced->units == longer->units && paced->turn_s == longer->turn_s);
	/* A turn is worth one, in all of them. */
	assert_true(real->checksum == real->units && paced->checksum == paced->units);
}

/* Why it cannot be made ready is found out once, and said by all that depend on it. */
static void test_works_that_fail(void **unused)
{
	(void)unused;
	static const char mark[] = "test_pairs.mark";
	char code[COMMAND_MAX / 2];
	char folder[] = "/tmp/gilbench-test-XXXXXX";
	assert_non_null(mkdtemp(folder));
	/* In the second run there is such a folder already, and it says so. */
	snprintf(code, sizeof(code), "'ready=!mkdir %s/%s; exit 9'", folder, mark);
	struct work *real = pairs_real_work(&plan, &countdown, start(code), 0, &error);
	struct work *paced = pairs_paced_work(&plan, &countdown, real, &error);
	for (int i = 0; i < 2; i++) {
		assert_true(prepare(i ? real : paced) < 0);
		assert_string_equal(strstr(error.text, "': it"), "': it ended with exit status 9");
		assert_false(real->ready || paced->ready);
	}
	snprintf(code, sizeof(code), "%s/%s", folder, mark);
	assert_int_equal(rmdir(code), 0);
	assert_int_equal(rmdir(folder), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_lengths_of_regions),
		TEST(test_numbers_of_samples),
		TEST(test_which_kernel),
		TEST(test_rows),
		TEST(test_long_quanta_get_long_regions),
		TEST(test_works),
		TEST(test_works_that_fail),
	};
	fake = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
