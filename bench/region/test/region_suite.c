/* See region_suite.h. */
#include "region_suite.h"

#include "shared.h"

#include <sys/prctl.h>
#include <sys/resource.h>

/*
 * Thread sanitizer reports the threads of a region that is given up as leaks, and by default makes
 * each process sleep for a second before it exits.
 */
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SUITE_THREAD_SANITIZER
#endif
#elif defined(__SANITIZE_THREAD__)
#define SUITE_THREAD_SANITIZER
#endif
#ifdef SUITE_THREAD_SANITIZER
const char *__tsan_default_options(void);

const char *__tsan_default_options(void)
{
	return "report_thread_leaks=0 atexit_sleep_ms=0";
}
#endif

struct suite_notes *notes;

const struct suite_mode suite_modes[SUITE_MODES] = {
	[SUITE_BARE] = { "bare", TEAM_THREADS, WORKER_BARE, NULL },
	[SUITE_ONE_LOCK] = { "one lock", TEAM_THREADS, WORKER_ONE_LOCK, NULL },
	[SUITE_NO_LOCK] = { "no lock", TEAM_THREADS, WORKER_ONE_LOCK, "none" },
	[SUITE_PROCESSES] = { "processes", TEAM_PROCESSES, WORKER_OWN_LOCKS, NULL },
	[SUITE_OWN_LOCKS] = { "own locks", TEAM_THREADS, WORKER_OWN_LOCKS, NULL },
};

int suite_init(void **unused)
{
	(void)unused;
	struct rlimit none = { 0, 0 };
	struct error error;
	notes = shared_create(sizeof(*notes), &error);
	/* A shell starts background jobs with some of these ignored. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	/* Some tests crash a process on purpose, which is not worth a core dump. */
	return !notes || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) || setrlimit(RLIMIT_CORE, &none);
}

int suite_reset(void **unused)
{
	(void)unused;
	memset(notes, 0, sizeof(*notes));
	notes->runner = getpid();
	unsetenv("HWLOC_SYNTHETIC");
	unsetenv("HWLOC_THISSYSTEM");
	unsetenv("HWLOC_XMLFILE");
	return 0;
}

int suite_add(int *number, int increment)
{
	return __atomic_add_fetch(number, increment, __ATOMIC_SEQ_CST);
}

int suite_load(const int *number)
{
	return __atomic_load_n(number, __ATOMIC_SEQ_CST);
}

int suite_note_run(void)
{
	__atomic_store_n(&notes->group, getpgrp(), __ATOMIC_SEQ_CST);
	return suite_add(&notes->calls, 1);
}

struct placement *suite_placement(enum placement_policy policy)
{
	struct error error = { "" };
	struct placement *placement = placement_create_foreign(policy, &error);
	if (!placement) {
		fail_msg("%s", error.text);
	}
	return placement;
}

struct spec suite_lock(const char *text)
{
	struct spec spec;
	struct error error = { "" };
	if (spec_parse(&spec, "lock model", lockmodel_form, text, &error)) {
		fail_msg("%s", error.text);
	}
	return spec;
}

static int run_with(const struct suite_region *region, const struct placement *placement,
	struct region_result *result, struct error *error)
{
	struct spec lock = suite_lock(region->mode->model ? region->mode->model : region->lock);
	struct workload load = { .kernel = region->kernel, .units = region->units };
	struct signals signals;
	struct worker_job job = {
		.team = region->mode->team,
		.locks = region->mode->locks,
		.lock = &lock,
		.load = &load,
		.placement = placement,
		.workers = region->workers,
		.task = region->task,
	};
	const struct limits limits = {
		region->deadline_ns ? region->deadline_ns : SUITE_FOREVER_NS,
		&signals,
	};
	assert_int_equal(signals_init(&signals, error), 0);
	int failed = region_run(&job, &limits, result, error);
	assert_int_equal(signals_take(&signals), 0);
	signals_finish(&signals);
	suite_assert_nobody_left();
	return failed;
}

int suite_run(const struct suite_region *region, struct region_result *result, struct error *error)
{
	if (region->placement) {
		return run_with(region, region->placement, result, error);
	}
	struct placement *placement = suite_placement(PLACEMENT_CORE);
	int failed = run_with(region, placement, result, error);
	placement_destroy(placement);
	return failed;
}

void suite_assert_orphans_end(void)
{
	pid_t group = __atomic_load_n(&notes->group, __ATOMIC_SEQ_CST);
	pid_t found = 0;
	for (int tries = 0; tries < 6000; tries++) {
		found = waitpid(-1, NULL, WNOHANG);
		if (found < 0) {
			break;
		}
		usleep(found ? 0 : 10000);
	}
	assert_int_equal(found, -1);
	assert_int_equal(errno, ECHILD);
	if (group) {
		assert_int_equal(kill(-group, 0), -1);
		assert_int_equal(errno, ESRCH);
	}
}

void suite_assert_nobody_left(void)
{
	pid_t group = __atomic_load_n(&notes->group, __ATOMIC_SEQ_CST);
	if (group) {
		assert_int_equal(waitpid(group, NULL, 0), -1);
		assert_int_equal(errno, ECHILD);
	}
	suite_assert_orphans_end();
}

/* --- the kernel ------------------------------------------------------------------------------ */

/* The checksum of a unit. */
static uint64_t checksum(uint64_t unit)
{
	return (unit + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

uint64_t suite_sum(uint64_t first, uint64_t count)
{
	uint64_t sum = 0;
	for (uint64_t unit = first; unit < first + count; unit++) {
		sum += checksum(unit);
	}
	return sum;
}

uint64_t suite_run_bare(const void *data, uint64_t first, uint64_t count)
{
	(void)data;
	suite_note_run();
	return suite_sum(first, count);
}

uint64_t suite_run_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)data;
	suite_note_run();
	for (uint64_t unit = 0; unit < count; unit++) {
		lockmodel_checkpoint(thread, 1);
	}
	return suite_sum(first, count);
}

const struct kernel suite_kernel = {
	.form = { .name = "sum" },
	.run_bare = suite_run_bare,
	.run_polling = suite_run_polling,
};

/* --- the endless kernel ---------------------------------------------------------------------- */

uint64_t suite_hang(const void *data, uint64_t first, uint64_t count)
{
	suite_run_bare(data, first, count);
	while (pause()) {
	}
	return 0;
}

static uint64_t hang_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)thread;
	return suite_hang(data, first, count);
}

const struct kernel suite_endless = {
	.form = { .name = "endless" },
	.run_bare = suite_hang,
	.run_polling = hang_polling,
};
