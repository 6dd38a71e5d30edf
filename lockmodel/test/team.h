/*
 * Threads for the tests of locks: each runs the same function on its own handle.
 *
 * Test threads only record; the main thread asserts, since a failing cmocka assertion in another
 * thread would end the whole program.
 */
#pragma once

#include "lockmodel.h"

enum { TEAM_MAX = 16 };

/* ThreadSanitizer cannot follow new threads in the child of a process that has several. */
#if defined(__SANITIZE_THREAD__)
#define TEAM_THREAD_SANITIZER 1
#elif defined(__has_feature)
#define TEAM_THREAD_SANITIZER __has_feature(thread_sanitizer)
#else
#define TEAM_THREAD_SANITIZER 0
#endif
enum { TEAM_CHILD_STARTS_THREADS = !TEAM_THREAD_SANITIZER };

struct team;

struct member {
	struct team *team;
	struct lockmodel_thread *thread;
	struct lockmodel_stats stats; /* read at the end */
	int64_t attached_ns;          /* from before attaching to after reading the statistics */
	int index;
	uint64_t result; /* the function's own */
};

struct team {
	struct lockmodel_lock *lock;
	void (*run)(struct member *member); /* called, and to return, without the lock */
	void *shared;                       /* the function's own */
	int size;
	struct member members[TEAM_MAX];
};

/* A lock for the spec, which must be right. */
struct lockmodel_lock *team_lock(const char *spec_text);

/* Runs all members to their end. False if threads could not be made. */
bool team_run(struct team *team);

uint64_t team_sum_acquisitions(const struct team *team);

/*
 * Has `size` members compute under the lock of that spec, and asserts that each takes it once, and
 * that nobody asks for it or gives it up because somebody did. To be called in the main thread.
 */
void team_expect_no_requests(const char *spec, int size);

/* How many threads this process has. */
int team_count_threads(void);

/*
 * For team.run, with a struct hogs as team.shared: all compute until the first member has taken the
 * lock this often. So each takes it once, and then once for each time that a checkpoint gave it up.
 */
struct hogs {
	uint64_t turns;
	int stop; /* atomic */
};

void team_hog(struct member *member);

/* For team.run: compute for a while, which ends by itself. */
void team_compute(struct member *member);

/* The statistics of a thread that is alone and passes a million checkpoints of 1000 ticks. */
struct lockmodel_stats team_compute_alone(const char *spec_text);
