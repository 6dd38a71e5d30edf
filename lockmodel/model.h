/*
 * The implementer's side of a lock model: what one file under lockmodel/ provides.
 *
 * A model is one `const struct lockmodel` with its form (name, summary, source, parameters), the
 * runtimes it stands for, and its operations. To add one: write the file, add a line to the
 * registry in registry.h and one to meson.build; the conformance tests find it there.
 *
 * A model keeps no state but in its lock (`lock_size` bytes at lock->state, zeroed) and its
 * threads' handles (`thread_size` bytes at thread->state, likewise), and calls the operating system
 * through os.h alone. Both begin a cache line of their own.
 */
#pragma once

#include "lockmodel.h"
#include "os.h"

#include <limits.h>
#include <stdalign.h>

/* A runtime's version; a last one of { MODEL_VERSION_LATER, 0 } is all that may ever come. */
enum { MODEL_VERSION_LATER = INT_MAX, MODEL_RUNTIMES_MAX = 3 };

struct model_version {
	int major, minor;
};

/* Versions of a runtime that a model stands for, and how it is set up for them. */
struct model_runtime {
	const char *name;                 /* NULL ends the table */
	struct model_version first, last; /* both included */
	const char *params;               /* as in ":polls=3"; NULL: the defaults */
};

struct lockmodel {
	struct spec_form form;
	struct model_runtime runtimes[MODEL_RUNTIMES_MAX];
	/* The parameter that is the quantum, as an index into form.params, plus one; 0: none. */
	int quantum;
	size_t lock_size;
	size_t thread_size;

	/* Make the lock's state, and unmake it. Returns 0 or a negative errno value. */
	int (*init)(struct lockmodel_lock *lock);
	void (*finish)(struct lockmodel_lock *lock);

	/*
	 * Make a handle's state, and unmake it, for a thread that does not hold the lock. Attaching
	 * returns 0 or a negative errno value. NULL: nothing to do.
	 */
	int (*attach)(struct lockmodel_thread *thread);
	void (*detach)(struct lockmodel_thread *thread);

	/* Take and give up the lock; both NULL in a model that excludes nobody. */
	void (*acquire)(struct lockmodel_thread *thread);
	void (*release)(struct lockmodel_thread *thread);

	/* A thread that begins a blocking region looks at the breaker first, as at a checkpoint. */
	bool polls_before_blocking;

	/* A checkpoint at which ticks_left was used up or the breaker set; NULL if never due. */
	void (*checkpoint)(struct lockmodel_thread *thread);

	/*
	 * Make the lock and the thread's state anew, the lock free, in a child that `thread` forked
	 * while holding it, whatever other threads were doing with it; it is acquired next. NULL:
	 * nothing to do.
	 */
	int (*after_fork)(struct lockmodel_thread *thread);
};

struct lockmodel_lock {
	const struct lockmodel *model;
	int64_t values[SPEC_PARAMS_MAX];
	/* Who took it last; written only by the holder. */
	struct lockmodel_thread *last_taker;
	struct lockmodel_thread *handles; /* atomic: the newest of all that were made */
	/* What a new thread's checkpoint starts with. */
	int64_t first_ticks;
	const int *breaker;
	int64_t polls; /* how often a checkpoint looks at breaker, if that is not once; else 0 */
	alignas(LOCKMODEL_CACHE_LINE) unsigned char state[];
};

/* For ticks_left in models that do not count, and for breaker in those that never ask. */
#define MODEL_TICKS_FOREVER INT64_MAX
extern const int model_breaker_never;

/* Gives up the lock and takes it again, with the counting that goes with it: for checkpoints. */
void model_yield(struct lockmodel_thread *thread);

/* That counting alone, for a checkpoint that has taken the lock again in a way of its own. */
void model_taken(struct lockmodel_thread *thread);

/*
 * Around a wait, and only if there is one: what came before it counts as held (or outside), what is
 * between them as waited. They read the clock once each. model_wait_end() is for a wait that ended
 * in taking the lock; model_pause_end() for any other.
 */
void model_wait_begin(struct lockmodel_thread *thread);
void model_wait_end(struct lockmodel_thread *thread);
void model_pause_end(struct lockmodel_thread *thread);
