/*
 * The interface that a lock model implements.
 *
 * A model is one file, models/NAME.c, which defines one `const struct lockmodel model_NAME`: its
 * form (name, summary, source, parameters), the runtimes whose lock it reproduces, and its
 * operations. NAME is also entered in registry.h and in meson.build. README.md has the recipe.
 *
 * A model keeps its state in the lock (`lock_size` bytes at lock->state) and in the threads'
 * handles (`thread_size` bytes at thread->state), and nowhere else: no globals, no thread-local
 * variables. Both are zeroed and start at a cache line of their own. A model calls the operating
 * system through os.h alone.
 *
 * The operations only move the lock from thread to thread; lockmodel.c counts acquisitions and
 * switches and accounts the time. A model reports its waits (model_wait_begin() and so on), and
 * counts requests and honoured drops in thread->stats. Releasing and acquiring a lock that no other
 * thread wants makes no system call.
 */
#pragma once

#include "lockmodel.h"
#include "os.h"

#include <limits.h>
#include <stdalign.h>

/* A runtime's version. MODEL_VERSION_LATER, as the last one's major, includes all later ones. */
enum { MODEL_VERSION_LATER = INT_MAX, MODEL_RUNTIMES_MAX = 3 };

struct model_version {
	int major, minor;
};

/* A range of versions of a runtime whose lock a model reproduces, and the parameters for it. */
struct model_runtime {
	const char *name;                 /* NULL ends the table */
	struct model_version first, last; /* inclusive */
	const char *params;               /* such as ":polls=3"; NULL for the defaults */
};

struct lockmodel {
	struct spec_form form;
	struct model_runtime runtimes[MODEL_RUNTIMES_MAX];
	/* 1 + the index in form.params of the switch interval; 0 if the model has none. */
	int quantum;
	size_t lock_size;
	size_t thread_size;

	/* Set up and tear down the lock's state. init returns 0 or a negative errno value. */
	int (*init)(struct lockmodel_lock *lock);
	void (*finish)(struct lockmodel_lock *lock);

	/*
	 * Set up and tear down a handle's state, for a thread that does not hold the lock. attach
	 * returns 0 or a negative errno value. NULL if there is nothing to do.
	 */
	int (*attach)(struct lockmodel_thread *thread);
	void (*detach)(struct lockmodel_thread *thread);

	/* Acquire and release the lock. Both are NULL in a model without mutual exclusion. */
	void (*acquire)(struct lockmodel_thread *thread);
	void (*release)(struct lockmodel_thread *thread);

	/* Whether beginning a blocking region polls the breaker first, as a checkpoint does. */
	bool polls_before_blocking;

	/* A checkpoint that found ticks_left negative or the breaker set. NULL if neither happens. */
	void (*checkpoint)(struct lockmodel_thread *thread);

	/*
	 * Re-initialise the lock, as free, and the thread's state in a child that `thread` forked
	 * while it held the lock. Other threads, which the child does not have, may have been in
	 * the middle of any operation. The caller acquires the lock next. Returns 0 or a negative
	 * errno value. NULL if there is nothing to do.
	 */
	int (*after_fork)(struct lockmodel_thread *thread);
};

struct lockmodel_lock {
	const struct lockmodel *model;
	int64_t values[SPEC_PARAMS_MAX];
	/* The last thread that took it over; written only by the holder. */
	struct lockmodel_thread *last_taker;
	struct lockmodel_thread *handles; /* atomic: a list of all handles, newest first */
	/* The initial values for the handles of new threads. */
	int64_t first_ticks;
	const int *breaker;
	int64_t polls;
	alignas(LOCKMODEL_CACHE_LINE) unsigned char state[];
};

/* For ticks_left in models that do not count ticks, and breaker in models without requests. */
#define MODEL_TICKS_FOREVER INT64_MAX
extern const int model_breaker_never;

/* For checkpoints: releases and acquires the lock, and counts the acquisition. */
void model_yield(struct lockmodel_thread *thread);

/* Counts an acquisition, for a checkpoint that has acquired the lock in another way. */
void model_taken(struct lockmodel_thread *thread);

/*
 * The boundaries of a wait. Each reads the clock, so a model calls them only if it really waits.
 * The time before model_wait_begin() is accounted as held (or outside), the time after it as
 * waited. model_wait_end() ends a wait that acquired the lock, model_pause_end() any other.
 */
void model_wait_begin(struct lockmodel_thread *thread);
void model_wait_end(struct lockmodel_thread *thread);
void model_pause_end(struct lockmodel_thread *thread);
