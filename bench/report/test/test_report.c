/*
 * The report: what becomes of the samples of a plan in Google Benchmark's results. The samples are
 * made up; Google Benchmark runs once per process, so all is reported first and then looked at.
 */
#include "gbench_suite.h"
#include "lockmodel.h"
#include "report.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { SAMPLES = 3, UNITS = 1000 };
enum { BEGAN_NS = 123 };

enum { LOCKED, BARE, OWN, REAL, MIXED, FAILED, UNWANTED, IN_PROCESS, ROWS };

static struct plan plan;
static struct gbench_report results;
static struct error error;
static struct work work = { .load = { .units = UNITS }, .ready = true };

/* --- a plan ---------------------------------------------------------------------------------- */

static const struct mode *find_mode(const char *name)
{
	size_t index = 0;
	while (strcmp(mode_form(index)->name, name) != 0) {
		index++;
	}
	return mode_at(index);
}

static struct row *add_row(const char *name, const char *mode, const char *lock_text, int workers)
{
	struct spec lock;
	struct row_spec spec = {
		.experiment = name,
		.mode = mode ? find_mode(mode) : NULL,
		.lock = lock_text ? &lock : NULL,
		.counts_workers = mode && !find_mode(mode)->single,
		.workers = workers,
	};
	if (lock_text && spec_parse(&lock, "lock model", lockmodel_form, lock_text, &error)) {
		return NULL;
	}
	struct row *row = plan_add(&plan, &spec, &error);
	if (row) {
		row->work = &work;
	}
	return row;
}

static void run_in_process(struct gbench_state *state, void *user)
{
	(void)user;
	while (gbench_keep_running(state)) {
		GBENCH_CLOBBER();
	}
}

static bool make_plan(void)
{
	bool ok = add_row("locked", "gil", "cpython3", 2) &&
		  add_row("bare", "sequential", NULL, 1) &&
		  add_row("own", "processes", "cpython3:interval=1ms", 2) &&
		  add_row("real", "real", NULL, 2) && add_row("mixed", "gil", "mutex", 2) &&
		  add_row("failed", "gil", "mutex", 2) && add_row("unwanted", "gil", "mutex", 2) &&
		  add_row("in-process", NULL, NULL, 1);
	if (ok) {
		plan.rows[LOCKED].quantum_ns = 5000000;
		plan.rows[BARE].unit = GBENCH_NANOSECOND;
		plan.rows[IN_PROCESS].work = NULL;
		plan.rows[IN_PROCESS].in_process = run_in_process;
	}
	return ok;
}

/* Times of half a second and more, all different, so that none can be taken for another. */
static struct sample make_sample(size_t order)
{
	return (struct sample){
		.measured = true,
		.order = order,
		.run = 2,
		.round = 3,
		.start_ns = BEGAN_NS + 7000000000 + (int64_t)order * 1000000000,
		.seconds = 0.25 + 0.001 * (double)order,
		.region = {
			.wall_ns = 500000000,
			.start_skew_ns = 2000,
			.cpu_ns = 900000000,
			.switches_voluntary = 11,
			.switches_involuntary = 12,
			.migrations = order == 0 ? 13 : -1,
			.runqueue_ns = order == 0 ? 14000000 : -1,
			.jain_held = 0.75,
			.lock = {
				.acquisitions = 21,
				.contended = 22,
				.switches = 23,
				.drop_requests = 24,
				.drops_honoured = 25,
				.held_ns = 800000000,
				.waited_ns = 600000000,
				.longest_wait_ns = 6000000,
			},
		},
	};
}

static void make_samples(void)
{
	for (size_t i = 0; i < (size_t)ROWS * SAMPLES; i++) {
		plan.rows[i / SAMPLES].samples[i % SAMPLES] = make_sample(i);
	}
	struct sample *failed = plan.rows[FAILED].samples;
	for (size_t i = 0; i < SAMPLES; i++) {
		failed[i].measured = false;
		error_set(&failed[i].error, -1, "did not work");
	}
	for (size_t i = 0; i < SAMPLES; i++) {
		counters_add(&plan.rows[REAL].samples[i].counters, "turn_s", 1.5e-8);
		counters_add(&plan.rows[REAL].samples[i].counters, "lost", (double)i);
	}
	/* The first one of three: Google Benchmark stops asking after a failure. */
	plan.rows[MIXED].samples[0].measured = false;
	error_set(&plan.rows[MIXED].samples[0].error, -1, "was the first to go");
}

/* --- Google Benchmark ------------------------------------------------------------------------ */

static int begin(char *argument)
{
	char program[] = "test";
	char filter[] = "--benchmark_filter=^(locked|bare|own|real|mixed|failed|in-process)";
	char min_time[] = "--benchmark_min_time=0.001s";
	char *argv[] = { program, filter, min_time, argument, NULL };
	int argc = argument ? 4 : 3;
	plan.samples = SAMPLES;
	plan.began_ns = BEGAN_NS;
	plan.placement = placement_create_foreign(PLACEMENT_CORE, &error);
	return !plan.placement || !make_plan() || gbench_initialize(&argc, argv, NULL) ||
	       argc != 1 || report_register(&plan);
}

static int report_all(void **unused)
{
	(void)unused;
	setenv("HWLOC_SYNTHETIC", "core:2 pu:2", 1);
	if (begin(NULL) || report_select(&plan)) {
		return 1;
	}
	make_samples();
	return run_quietly(&results);
}

static int finish(void **unused)
{
	(void)unused;
	gbench_report_finish(&results);
	gbench_shutdown();
	plan_finish(&plan);
	placement_destroy((struct placement *)plan.placement);
	return 0;
}

/* --- what came of it ------------------------------------------------------------------------- */

static void test_selection(void **unused)
{
	(void)unused;
	for (size_t i = 0; i < ROWS; i++) {
		bool wanted = i != UNWANTED;
		assert_int_equal(plan.rows[i].wanted > 0, wanted);
		if (i != IN_PROCESS) {
			assert_int_equal(plan.rows[i].wanted, wanted ? SAMPLES : 0);
		}
	}
	assert_int_equal(plan_wanted(&plan), 6 * SAMPLES);
	assert_has_not(results.json, "unwanted");
	assert_has_not(results.json, "selection pass");
	assert_looks_like_json(results.json);
}

static void test_counts(void **unused)
{
	(void)unused;
	assert_int_equal(results.rows, 7 * SAMPLES);
	assert_int_equal(results.failed, 1 + SAMPLES);
	assert_has(results.json, "in-process\"");
}

static void test_counters_under_a_lock(void **unused)
{
	(void)unused;
	static const char row[] = "locked/mode:gil/lock:cpython3/workers:2";
	static const struct {
		const char *name;
		double value;
	} counters[] = {
		{ "real_time", 250 },
		{ "iterations", 1 },
		{ "workers", 2 },
		{ "units", UNITS },
		{ "order", 0 },
		{ "run", 2 },
		{ "round", 3 },
		{ "start_s", 7 },
		{ "start_skew_s", 2e-6 },
		{ "cpu_s", 0.9 },
		{ "ctxsw_voluntary", 11 },
		{ "ctxsw_involuntary", 12 },
		{ "migrations", 13 },
		{ "runqueue_s", 0.014 },
		{ "acquisitions", 21 },
		{ "contended", 22 },
		{ "switches", 23 },
		{ "drop_requests", 24 },
		{ "drops_honoured", 25 },
		{ "hold_s", 0.8 },
		{ "wait_s", 0.6 },
		{ "wait_max_s", 0.006 },
		{ "jain_hold", 0.75 },
		{ "quanta", 100 },
	};
	for (size_t i = 0; i < LENGTH(counters); i++) {
		assert_number(results.json, row, counters[i].name, counters[i].value);
	}
	assert_value(results.json, row, "time_unit", "\"ms\"");
	assert_value(results.json, row, "label", "\"pu 0,2\"");
}

static void test_bare_has_no_lock(void **unused)
{
	(void)unused;
	static const char row[] = "bare/mode:sequential";
	static const char *const absent[] = { "acquisitions", "contended", "switches", "hold_s",
		"wait_s", "wait_max_s", "jain_hold", "quanta" };
	for (size_t i = 0; i < LENGTH(absent); i++) {
		assert_null(value_of(results.json, row, absent[i]));
	}
	/* What the system does not tell is left out. */
	assert_null(value_of(results.json, row, "migrations"));
	assert_null(value_of(results.json, row, "runqueue_s"));
	assert_value(results.json, row, "time_unit", "\"ns\"");
	double ns = plan.rows[BARE].samples[0].seconds * 1e9;
	assert_true(fabs(number(results.json, row, "real_time") / ns - 1) < 1e-9);
	assert_value(results.json, row, "label", "\"pu 0\"");
}

/* The values of a key in all rows of a name, without their mean and other aggregates. */
static size_t list_values(const char *name, const char *key, double values[SAMPLES])
{
	char pattern[128];
	size_t count = 0;
	snprintf(pattern, sizeof(pattern), "\"name\": \"%s\"", name);
	for (const char *at = strstr(results.json, pattern); at; at = strstr(at + 1, pattern)) {
		char wanted[64];
		snprintf(wanted, sizeof(wanted), "\"%s\": ", key);
		const char *end = strstr(at, "\n    }");
		const char *value = strstr(at, wanted);
		if (value && value < end && count < SAMPLES) {
			values[count++] = strtod(value + strlen(wanted), NULL);
		}
	}
	return count;
}

/* Nothing is known of a real lock but what its region counted. */
static void test_real_has_counters_of_its_own(void **unused)
{
	(void)unused;
	static const char row[] = "real/mode:real/workers:2";
	double lost[SAMPLES];
	assert_number(results.json, row, "turn_s", 1.5e-8);
	assert_int_equal(list_values(row, "lost", lost), SAMPLES);
	for (size_t i = 0; i < SAMPLES; i++) {
		assert_true(fabs(lost[i] - (double)i) < 1e-9);
	}
	assert_null(value_of(results.json, row, "acquisitions"));
	assert_null(value_of(results.json, row, "quanta"));
}

/* Quanta are those of one lock that all wait for. */
static void test_own_locks_have_no_quanta(void **unused)
{
	(void)unused;
	static const char row[] = "own/mode:processes/lock:cpython3:interval=1ms/workers:2";
	assert_number(results.json, row, "acquisitions", 21);
	assert_null(value_of(results.json, row, "quanta"));
}

static void test_every_sample_is_reported_once(void **unused)
{
	(void)unused;
	static const char row[] = "locked/mode:gil/lock:cpython3/workers:2";
	double orders[SAMPLES];
	double times[SAMPLES];
	assert_int_equal(count_rows(results.json, row), SAMPLES);
	assert_int_equal(list_values(row, "order", orders), SAMPLES);
	assert_int_equal(list_values(row, "real_time", times), SAMPLES);
	for (size_t i = 0; i < SAMPLES; i++) {
		assert_true(fabs(orders[i] - (double)i) < 1e-9);
		assert_true(fabs(times[i] - (250 + (double)i)) < 1e-6);
	}
}

static void test_failures_come_last(void **unused)
{
	(void)unused;
	static const char row[] = "mixed/mode:gil/lock:mutex/workers:2";
	double orders[SAMPLES];
	assert_int_equal(count_rows(results.json, row), SAMPLES);
	assert_int_equal(list_values(row, "order", orders), 2);
	assert_true(fabs(orders[0] - (MIXED * SAMPLES + 1)) < 1e-9);
	assert_true(fabs(orders[1] - (MIXED * SAMPLES + 2)) < 1e-9);
	assert_has(results.json, "\"was the first to go\"");
}

static void test_failed_rows_have_their_reason(void **unused)
{
	(void)unused;
	static const char row[] = "failed/mode:gil/lock:mutex/workers:2";
	double orders[SAMPLES];
	assert_int_equal(count_rows(results.json, row), SAMPLES);
	assert_value(results.json, row, "error_occurred", "true");
	assert_value(results.json, row, "error_message", "\"did not work\"");
	assert_int_equal(list_values(row, "order", orders), 0);
}

/* --- another process ------------------------------------------------------------------------- */

/* A warm-up is a call more than there are samples. */
static void test_more_calls_than_samples(void **unused)
{
	(void)unused;
	char warm_up[] = "--benchmark_min_warmup_time=0.5";
	char mark[] = "--warm-up";
	char *argv[] = { mark, warm_up, NULL };
	int status;
	pid_t child = fork();
	if (child == 0) {
		execv("/proc/self/exe", argv);
		_exit(127);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static int run_warm_up(char *argument)
{
	return begin(argument) || report_select(&plan) != -E2BIG;
}

int main(int argc, char **argv)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_selection),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_counters_under_a_lock),
		cmocka_unit_test(test_bare_has_no_lock),
		cmocka_unit_test(test_real_has_counters_of_its_own),
		cmocka_unit_test(test_own_locks_have_no_quanta),
		cmocka_unit_test(test_every_sample_is_reported_once),
		cmocka_unit_test(test_failures_come_last),
		cmocka_unit_test(test_failed_rows_have_their_reason),
		cmocka_unit_test(test_more_calls_than_samples),
	};
	if (argc > 1 && strcmp(argv[0], "--warm-up") == 0) {
		return run_warm_up(argv[1]);
	}
	return cmocka_run_group_tests(tests, report_all, finish);
}
