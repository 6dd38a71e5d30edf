/*
 * The scheduler's slice: how long a thread runs before another one that also wants to compute gets
 * the PU. Two threads spin on one PU. Each looks whether it was the last one that ran; if not, it has
 * just got the PU, and the time since the last such moment is the other's slice.
 */
#include "registry.h"

#include "clock.h"
#include "pu.h"

#include <errno.h>

static const int64_t length_ns = 200 * INT64_C(1000000);

enum { SLICES_MAX = COST_VALUES_MAX / 2, NOBODY = -1 };

/* Both threads use the same PU, so that relaxed atomics see each other's stores in order. */
struct spin {
	int64_t end_ns;
	int last;         /* atomic: who ran last */
	int64_t since_ns; /* atomic: when that one got the PU */
};

struct spinner {
	struct spin *spin;
	int number;
	int count;
	int64_t slices[SLICES_MAX]; /* of the other one */
};

static void note_switch(struct spinner *spinner, int64_t now_ns)
{
	struct spin *spin = spinner->spin;
	int last = __atomic_load_n(&spin->last, __ATOMIC_RELAXED);
	int64_t since_ns = __atomic_load_n(&spin->since_ns, __ATOMIC_RELAXED);
	__atomic_store_n(&spin->since_ns, now_ns, __ATOMIC_RELAXED);
	__atomic_store_n(&spin->last, spinner->number, __ATOMIC_RELAXED);
	if (last != NOBODY && spinner->count < SLICES_MAX) {
		spinner->slices[spinner->count++] = now_ns - since_ns;
	}
}

static void *spin_until_end(void *context)
{
	struct spinner *spinner = context;
	struct spin *spin = spinner->spin;
	int64_t now_ns;
	while ((now_ns = clock_now_ns()) < spin->end_ns) {
		if (__atomic_load_n(&spin->last, __ATOMIC_RELAXED) != spinner->number) {
			note_switch(spinner, now_ns);
		}
	}
	return NULL;
}

static void add_slices(const struct spinner *spinner, struct cost_values *values)
{
	for (int i = 0; i < spinner->count; i++) {
		cost_values_add(values, (double)spinner->slices[i]);
	}
}

COST_FUNCTION(cost_slice)
{
	struct spin spin = { .end_ns = clock_now_ns() + length_ns, .last = NOBODY };
	struct spinner own = { .spin = &spin };
	struct spinner other = { .spin = &spin, .number = 1 };
	pthread_t thread;
	int failed = pu_bind(pus->first, error);
	failed = failed ? failed : pu_start(&thread, pus->first, spin_until_end, &other, error);
	if (failed) {
		return failed;
	}
	spin_until_end(&own);
	pthread_join(thread, NULL);
	add_slices(&own, values);
	add_slices(&other, values);
	return values->count ? 0
			     : error_set(error, -EAGAIN,
				       "within %.0f ms, two threads on one PU did not take turns",
				       (double)length_ns / 1e6);
}
