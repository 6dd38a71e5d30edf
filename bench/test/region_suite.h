/*
 * What the tests of regions and of schedules share: kernels that are made up, memory in which they
 * note what their forked processes see, and a look for processes that stayed behind.
 *
 * Tests that run regions call suite_init() first: then processes that lose their parent become the
 * test's own children, and can be waited for.
 */
#pragma once

#include "kernel.h"
#include "modes/modes.h"
#include "placement.h"
#include "region.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/*
 * A region that has to be given up ends with its threads as they are, which to thread sanitizer is
 * a leak; and it would let each process sleep for a second before it ends.
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

/* No test waits that long, unless it fails. */
static const int64_t suite_forever_ns = 60 * INT64_C(1000000000);

/* In memory that forked processes share; zeroed before each test. */
struct suite_notes {
	pid_t runner;
	int workers;   /* that the test is about to start */
	int tickets;   /* atomic: workers that have begun to get ready */
	int prepared;  /* atomic: workers that have got ready */
	int early;     /* atomic: workers that ran before all were ready */
	int calls;     /* atomic: of the kernel's runs */
	int destroyed; /* of its data */
	int blocked;   /* atomic: of signals, as the workers find them */
	pid_t group;   /* atomic: the region process, once a worker has run */
	int64_t cache_bytes;
};

static struct suite_notes *notes;

static inline int suite_init(void **unused)
{
	(void)unused;
	struct rlimit none = { 0, 0 };
	notes = mmap(
		NULL, sizeof(*notes), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	/* Some of the processes here are made to crash, which is not worth a dump. */
	/* A shell's background job has some of these ignored. */
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	signal(SIGHUP, SIG_DFL);
	return notes == MAP_FAILED || prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) ||
	       setrlimit(RLIMIT_CORE, &none);
}

static inline int suite_forget(void **unused)
{
	(void)unused;
	memset(notes, 0, sizeof(*notes));
	notes->runner = getpid();
	unsetenv("HWLOC_SYNTHETIC");
	unsetenv("HWLOC_THISSYSTEM");
	unsetenv("HWLOC_XMLFILE");
	return 0;
}

static inline int suite_add(int *number, int more)
{
	return __atomic_add_fetch(number, more, __ATOMIC_SEQ_CST);
}

static inline int suite_load(const int *number)
{
	return __atomic_load_n(number, __ATOMIC_SEQ_CST);
}

/* What every run of a kernel notes. Returns which run it is, from 1. */
static inline int suite_note_run(void)
{
	__atomic_store_n(&notes->group, getpgrp(), __ATOMIC_SEQ_CST);
	return suite_add(&notes->calls, 1);
}

static inline struct placement *suite_placement(enum placement_policy policy)
{
	struct error error = { "" };
	struct placement *placement = placement_create(policy, &error);
	if (!placement) {
		fail_msg("%s", error.text);
	}
	return placement;
}

static inline struct spec suite_lock(const char *text)
{
	struct spec spec;
	struct error error = { "" };
	if (spec_parse(&spec, "lock model", lockmodel_form, text, &error)) {
		fail_msg("%s", error.text);
	}
	return spec;
}

/* All processes that were left to this one end, and are taken leave of. */
static inline void suite_assert_orphans_end(void)
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

/*
 * All processes of the last region are gone: its own one was waited for, and any workers that it
 * had to leave behind have at least been killed.
 */
static inline void suite_assert_nobody_left(void)
{
	pid_t group = __atomic_load_n(&notes->group, __ATOMIC_SEQ_CST);
	if (group) {
		assert_int_equal(waitpid(group, NULL, 0), -1);
		assert_int_equal(errno, ECHILD);
	}
	suite_assert_orphans_end();
}

/* --- a kernel that works --------------------------------------------------------------------- */

/* A unit's checksum; no two units share it. */
static inline uint64_t suite_unit(uint64_t unit)
{
	return (unit + 1) * UINT64_C(0x9E3779B97F4A7C15);
}

static inline uint64_t suite_sum(uint64_t first, uint64_t count)
{
	uint64_t sum = 0;
	for (uint64_t unit = first; unit < first + count; unit++) {
		sum += suite_unit(unit);
	}
	return sum;
}

static inline uint64_t suite_run_bare(const void *data, uint64_t first, uint64_t count)
{
	(void)data;
	suite_note_run();
	return suite_sum(first, count);
}

/* With one checkpoint per unit. */
static inline uint64_t suite_run_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)data;
	suite_note_run();
	for (uint64_t unit = 0; unit < count; unit++) {
		lockmodel_checkpoint(thread, 1);
	}
	return suite_sum(first, count);
}

static const struct kernel suite_kernel = {
	.form = { .name = "sum" },
	.run_bare = suite_run_bare,
	.run_polling = suite_run_polling,
};
