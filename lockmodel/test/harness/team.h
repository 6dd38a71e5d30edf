/*
 * Threads for the tests of lock models: the members of a team run the same function, each with its
 * own handle on the same lock.
 *
 * Members only record; the main thread asserts, since a cmocka assertion that fails in another
 * thread ends the whole program.
 */
#pragma once

#include "lockmodel.h"

enum { TEAM_MAX = 16 };

/*
 * After a fork of a process with several threads, ThreadSanitizer does not support new threads in
 * the child.
 */
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
	struct lockmodel_stats stats; /* read after `run` has returned */
	int64_t attached_ns;          /* from before attaching to after reading the statistics */
	int index;
	uint64_t result; /* free for use by `run` */
};

struct team {
	struct lockmodel_lock *lock;
	void (*run)(struct member *member); /* called, and returns, without the lock */
	void *shared;                       /* free for use by `run` */
	int size;
	int go; /* atomic: all members have been started */
	struct member members[TEAM_MAX];
};

/* Creates a lock from a valid spec. */
struct lockmodel_lock *team_lock(const char *spec_text);

/* Whether the lock of this spec lets only one thread run at a time. */
bool team_lock_excludes(const char *spec_text);

/* Runs all members and waits for them. Returns false if a thread could not be started. */
bool team_run(struct team *team);

/*
 * Creates a lock from `spec_text`, runs `run` in `size` members, and destroys the lock. Asserts
 * that this was possible. The statistics are in the members then.
 */
void team_run_on(const char *spec_text, struct team *team);

/* Sums over all members. */
uint64_t team_sum_acquisitions(const struct team *team);
uint64_t team_sum_requests(const struct team *team);
uint64_t team_sum_drops(const struct team *team);

/*
 * For team.run, with a `struct hogs` as team.shared: compute until the first member has acquired
 * the lock `turns` times. Each member acquires it once at its start, and again only after a
 * checkpoint released it.
 */
struct hogs {
	uint64_t turns;
	int stop; /* atomic */
};

void team_hog(struct member *member);

/* For team.run: acquire the lock, pass 100,000 checkpoints of 3 ticks, release it. */
void team_compute(struct member *member);

/*
 * Runs team_compute() in `size` members and asserts that each acquired the lock once, and that no
 * drop was requested or honoured.
 */
void team_expect_no_requests(const char *spec_text, int size);

/*
 * Passes `checkpoints` checkpoints of `ticks` ticks in the calling thread alone, and returns its
 * statistics.
 */
struct lockmodel_stats team_run_alone(const char *spec_text, int64_t checkpoints, int64_t ticks);

/* Asserts that a thread that is alone neither releases the lock at checkpoints nor waits for it. */
void team_expect_no_yield_alone(const char *spec_text);
