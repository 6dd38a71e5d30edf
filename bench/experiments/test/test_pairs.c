/*
 * Pairs: the rows of real interpreters and of the models beside them, how long their regions are,
 * and that the model goes at the interpreter's pace. What stands for interpreters is
 * fakes/interpreter, whose path is the test's argument; a turn takes 10 ns there.
 */
#include "budget.h"
#include "experiment.h"
#include "grid_work.h"
#include "kernel.h"
#include "lockmodel.h"
#include "test.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
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
	return spec_parse(&countdown, "kernel", kernel_form, "countdown", &error) ||
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

/* --- rows ------------------------------------------------------------------------------------ */

static void plan_times(struct request *request)
{
	struct spec self = { 0 };
	request->placement = placement;
	for (size_t i = 0; i < interpreter_count; i++) {
		request->interpreters[request->interpreter_count++] = interpreters[i];
	}
	assert_string_equal(experiment_at(0)->form.name, "times");
	if (experiment_at(0)->plan(&plan, request, &self, &error)) {
		fail_msg("%s", error.text);
	}
}

/* Two workers; the lock of CPython 3. */
static struct request make_request(const char *modes)
{
	struct request request = {
		.time_s = 0.4, .samples = 12, .workers = { 2 }, .workers_count = 1
	};
	if (spec_list_parse(&request.kernels, "kernel", kernel_form, "countdown", &error) ||
		spec_list_parse(&request.locks, "lock model", lockmodel_form, "cpython3", &error) ||
		spec_list_parse(&request.modes, "mode", mode_form, modes, &error)) {
		fail_msg("%s", error.text);
	}
	return request;
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
	struct request request = make_request("gil,real,real-processes");
	start("");
	start("'version=version 3.13.1t' param=unlocked");
	start("'runtime=runtime lua' 'version=version 5.4'");
	plan_times(&request);
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
	struct request request = make_request("gil,real,real-processes");
	start(ruby);
	plan_times(&request);
	assert_int_equal(plan.count, 4);
	const struct row *model = &plan.rows[1];
	const struct row *real = &plan.rows[2];
	const struct row *processes = &plan.rows[3];
	assert_non_null(strstr(model->name, "/lock:ruby_waitq/runtime:ruby-3.1.2/"));
	assert_int_equal(model->quantum_ns, 100 * ms);
	assert_int_equal(model->room, 5);
	assert_int_equal(real->room, 5);
	assert_int_equal(real->work->region_ns, budget_region_ns(&request, 100 * ms));
	assert_ptr_equal(model->work->reference, real->work);
	/* Processes have nothing to wait for, and so no quanta. */
	assert_int_equal(processes->room, 12);
	assert_int_equal(processes->work->region_ns, 0);
	assert_ptr_equal(real->work->reference, processes->work);
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

static struct work *work_of(struct interpreter *interpreter, const char *mode, int64_t region_ns)
{
	struct spec spec;
	struct request request = { .time_s = 2e-3 };
	assert_int_equal(spec_parse(&spec, "mode", mode_form, mode, &error), 0);
	struct grid_point point = {
		.kernel = &countdown, .mode = mode_at(spec.index), .interpreter = interpreter
	};
	return grid_work(&plan, &request, &point, region_ns, &error);
}

static void test_works(void **unused)
{
	(void)unused;
	struct interpreter *interpreter = start("");
	struct work *real = work_of(interpreter, "real", 0);
	struct work *longer = work_of(interpreter, "real", 6 * ms);
	struct work *paced = work_of(interpreter, "gil", 6 * ms);
	assert_true(real && longer && paced);
	assert_ptr_equal(work_of(interpreter, "real", 0), real);
	assert_ptr_equal(paced->reference, longer);
	/* The last one makes the others ready, on which it depends. */
	assert_int_equal(prepare(paced), 0);
	assert_true(real->ready && longer->ready && paced->ready);
	expect_about((double)real->load.units, 2e-3 / 10e-9);
	expect_about((double)longer->load.units, 6e-3 / 10e-9);
	expect_about(real->load.turn_s, 10e-9);
	assert_true(paced->load.units == longer->load.units);
	assert_true(paced->load.turn_s == longer->load.turn_s);
	/* Each turn adds 1 to the checksum, in all of them. */
	assert_true(real->load.checksum == real->load.units);
	assert_true(paced->load.checksum == paced->load.units);
}

static off_t size_of(const char *path)
{
	struct stat status;
	return stat(path, &status) ? -1 : status.st_size;
}

/*
 * Each run measures the pace anew, in seven regions of the interpreter, also where a further run
 * takes over how much work there is.
 */
static void test_every_run_measures_the_pace(void **unused)
{
	(void)unused;
	char code[COMMAND_MAX / 2];
	char path[64];
	char folder[] = "/tmp/gilbench-test-XXXXXX";
	const struct workload found = { .units = 200000, .checksum = 200000, .turn_s = 20e-9 };
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/regions", folder);
	snprintf(code, sizeof(code), "'more=!printf x >>%s'", path);
	struct interpreter *interpreter = start(code);
	struct work *real = work_of(interpreter, "real", 0);
	struct work *longer = work_of(interpreter, "real", 6 * ms);
	struct work *paced = work_of(interpreter, "gil", 6 * ms);
	const struct error none = { "" };
	work_adopt(real, &found, &none);
	work_adopt(longer, &found, &none);
	work_adopt(paced, &found, &none);
	assert_int_equal(prepare(paced), 0);
	assert_int_equal(size_of(path), 7);
	assert_true(real->load.units == found.units && paced->load.units == found.units);
	expect_about(real->load.turn_s, 10e-9);
	assert_true(longer->load.turn_s == real->load.turn_s);
	assert_true(paced->load.turn_s == real->load.turn_s);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

/*
 * A work that cannot be made ready is tried three times, and not again for each row that depends on
 * it; all of them get the reason.
 */
static void test_works_that_fail(void **unused)
{
	(void)unused;
	char code[COMMAND_MAX / 2];
	char path[64];
	char folder[] = "/tmp/gilbench-test-XXXXXX";
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/tries", folder);
	snprintf(code, sizeof(code), "'ready=!printf x >>%s; exit 9'", path);
	struct interpreter *interpreter = start(code);
	struct work *real = work_of(interpreter, "real", 0);
	struct work *paced = work_of(interpreter, "gil", 0);
	for (int i = 0; i < 2; i++) {
		assert_true(prepare(i ? real : paced) < 0);
		assert_string_equal(strstr(error.text, "': it"), "': it ended with exit status 9");
		assert_false(real->ready || paced->ready);
	}
	assert_int_equal(size_of(path), 3);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_rows),
		TEST(test_long_quanta_get_long_regions),
		TEST(test_works),
		TEST(test_every_run_measures_the_pace),
		TEST(test_works_that_fail),
	};
	fake = argc > 1 ? argv[1] : "";
	return cmocka_run_group_tests(tests, NULL, NULL);
}
