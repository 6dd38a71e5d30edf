/*
 * The conformance harness: what every lock model must guarantee.
 *
 * Each function runs threads under a lock of the given spec and asserts one property, in the main
 * thread. test_conformance.c applies them to every model in the registry, with its default
 * parameters. A model that rarely switches by default calls conformance_check() in its own test,
 * with parameters that make it switch often.
 */
#pragma once

#include "team.h"

/* All of the properties below. */
void conformance_check(const char *spec_text);

/* Only one thread at a time is between acquiring and releasing the lock. */
void conformance_exclusion(const char *spec_text);

/* No waiting thread is locked out for ever by a thread that computes. */
void conformance_progress(const char *spec_text);

/* Two threads that alternate, by way of blocking regions, both finish. */
void conformance_alternation(const char *spec_text);

/* A child, forked by the holder while others wait, can go on using the lock. */
void conformance_after_fork(const char *spec_text);

/* held + waited + outside is the time since attaching. */
void conformance_time_accounts(const char *spec_text);

/* The times held by all threads add up to at most the time that passed. */
void conformance_one_holder(const char *spec_text);

/* A thread that has released the lock no longer holds it once another thread has acquired it. */
void conformance_take_over(const char *spec_text);

/*
 * For team.run, with a `struct exclusion` as team.shared: acquire and release the lock in all ways,
 * EXCLUSION_ROUNDS times, and check that no other thread has it meanwhile.
 */
enum { EXCLUSION_ROUNDS = 20000 };

struct exclusion {
	uint64_t counter; /* not atomic: a race here is also visible to ThreadSanitizer */
	int inside;       /* atomic: threads that have the lock */
	int overlaps;     /* atomic: how often there was more than one */
};

void exclusion_run(struct member *member);
