/*
 * Shared by the tests that run regions: test kernels, memory in which forked processes record what
 * they see, and a check that no process is left behind.
 *
 * suite_init() makes the test a subreaper: orphaned processes become its children, and it can wait
 * for them.
 */
#pragma once

#include "kernel.h"
#include "placement.h"
#include "region.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* Longer than any test takes unless it fails. */
#define SUITE_FOREVER_NS (60 * INT64_C(1000000000))

/* The combinations of team and locks that the modes of gilbench have. */
struct suite_mode {
	const char *name;
	enum team_kind team;
	enum worker_locks locks;
	const char *model; /* the only lock model it is run with; NULL: any */
};

enum { SUITE_BARE, SUITE_ONE_LOCK, SUITE_NO_LOCK, SUITE_PROCESSES, SUITE_OWN_LOCKS, SUITE_MODES };
extern const struct suite_mode suite_modes[SUITE_MODES];

/* Observations, in memory that forked processes share; zeroed before each test. */
struct suite_notes {
	pid_t runner;
	int workers;   /* in the region that is about to run; set by the test */
	int tickets;   /* atomic: number of workers that have begun to prepare */
	int prepared;  /* atomic: number of workers that are prepared */
	int early;     /* atomic: number of workers that ran before all were prepared */
	int calls;     /* atomic: number of runs of the kernel */
	int destroyed; /* number of times the kernel's data was destroyed */
	int blocked;   /* atomic: number of signals that workers found blocked */
	pid_t group;   /* atomic: process group of the region, known once a worker has run */
	int64_t cache_bytes;
};

extern struct suite_notes *notes;

int suite_init(void **unused);

/* Zeroes the notes and unsets the environment variables that hwloc reads. */
int suite_reset(void **unused);

/* Atomic, sequentially consistent. */
int suite_add(int *number, int increment);
int suite_load(const int *number);

/* To be called by each run of a kernel. Returns its number, from 1. */
int suite_note_run(void);

struct placement *suite_placement(enum placement_policy policy);
struct spec suite_lock(const char *text);

/* A region to run. */
struct suite_region {
	const struct suite_mode *mode;
	const char *lock; /* unless the mode has a model of its own */
	const struct kernel *kernel;
	uint64_t units;
	int workers;
	const struct worker_task *task;
	const struct placement *placement; /* NULL: PLACEMENT_CORE */
	int64_t deadline_ns;               /* 0: SUITE_FOREVER_NS */
};

/*
 * Runs the region and returns what region_run() returns. Asserts that no signal is pending and that
 * no process is left.
 */
int suite_run(const struct suite_region *region, struct region_result *result, struct error *error);

/* Asserts that all processes that became children of this one end. */
void suite_assert_orphans_end(void);

/*
 * Asserts that no process of the last region is left: the region process has been waited for, and
 * orphaned workers have at least been killed.
 */
void suite_assert_nobody_left(void);

/* A kernel with one checkpoint per unit; no two units have the same checksum. */
extern const struct kernel suite_kernel;
uint64_t suite_sum(uint64_t first, uint64_t count);
uint64_t suite_run_bare(const void *data, uint64_t first, uint64_t count);
uint64_t suite_run_polling(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread);

/* A kernel whose runs never return. */
extern const struct kernel suite_endless;
uint64_t suite_hang(const void *data, uint64_t first, uint64_t count);
