/*
 * Tests of I/O regions whose load generator dies: over every transport this is noticed at once, not
 * at the deadline, and the region fails with the reason.
 */
#include "io_suite.h"

#include <stdio.h>

/* The run of the kernel that kills the load generator. */
static int fatal_run;

/*
 * The load generator is the first child of the region process, which leads the process group. 0 if
 * it is not known.
 */
static pid_t find_generator(void)
{
	char path[64];
	int process = 0;
	int leader = (int)getpgrp();
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", leader, leader);
	FILE *children = fopen(path, "re");
	if (children) {
		if (fscanf(children, "%d", &process) != 1) {
			process = 0;
		}
		fclose(children);
	}
	return process;
}

static uint64_t run_and_kill(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	if (suite_add(&notes->tickets, 1) == fatal_run) {
		notes->prepared = find_generator();
		if (notes->prepared > 0) {
			kill(notes->prepared, SIGKILL);
		}
	}
	return suite_run_polling(data, first, count, thread);
}

static const struct kernel killing = {
	.form = { .name = "killing" },
	.run_bare = suite_run_bare,
	.run_polling = run_and_kill,
};

/* The window lasts longer than the deadline. */
static void check_killed(
	enum io_kind kind, const struct suite_mode *mode, const struct transport_type *over)
{
	struct error error = { "" };
	struct region_result region;
	struct io_region_result result;
	struct io_region_job job = suite_io_job(kind, mode, 2);
	struct workload load = *job.load;
	load.kernel = &killing;
	job.load = &load;
	job.over = over;
	job.window_ns = 2 * SUITE_FOREVER_NS;
	job.every_ns = job.window_ns / 2;
	suite_reset(NULL);
	int failed = suite_try_io(job, "mutex", &region, &result, &error);
	if (notes->prepared == 0) {
		skip(); /* the system does not list children */
	}
	assert_string_equal(error.text, "the load generator was killed by signal 9 (Killed)");
	assert_int_equal(failed, -ECHILD);
	io_region_finish(&result);
}

static void check_kind(enum io_kind kind, const struct transport_type *over)
{
	static const int runs[] = { 1, 200 };
	for (size_t i = 0; i < LENGTH(runs); i++) {
		fatal_run = runs[i];
		check_killed(kind, &suite_modes[SUITE_ONE_LOCK], over);
		check_killed(kind, &suite_modes[SUITE_PROCESSES], over);
	}
}

static void test_open_loop(void **unused)
{
	(void)unused;
	for (size_t i = 0; transport_at(i); i++) {
		check_kind(IO_OPEN_LOOP, transport_at(i));
	}
}

static void test_closed_loop(void **unused)
{
	(void)unused;
	for (size_t i = 0; transport_at(i); i++) {
		if (transport_at(i)->answer) {
			check_kind(IO_CLOSED_LOOP, transport_at(i));
		}
	}
}

/* A one-way transport cannot carry answers. */
static void test_a_closed_loop_over_a_one_way_transport(void **unused)
{
	(void)unused;
	struct error error = { "" };
	struct region_result region;
	struct io_region_result result;
	struct io_region_job job = suite_io_job(IO_CLOSED_LOOP, &suite_modes[SUITE_ONE_LOCK], 1);
	job.over = transport_default(false);
	assert_null(job.over->answer);
	suite_reset(NULL);
	assert_int_equal(suite_try_io(job, "mutex", &region, &result, &error), -ECHILD);
	assert_string_equal(error.text, "the transport 'pipe' cannot carry answers");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_open_loop),
		cmocka_unit_test(test_closed_loop),
		cmocka_unit_test(test_a_closed_loop_over_a_one_way_transport),
	};
	return cmocka_run_group_tests(tests, suite_init, NULL);
}
