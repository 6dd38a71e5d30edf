/*
 * Waking a thread that sleeps in futex: what the call takes, and how long it is until the sleeper
 * runs. Before each wake the waker sleeps itself, long enough for the sleeper to be asleep; a wake
 * that finds nobody asleep does not count.
 */
#include "registry.h"

#include "clock.h"
#include "futex.h"
#include "pu.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

enum { WAKES = 150 };

/* Long beside a context switch. On an idle core, the latency includes leaving the idle state. */
static const struct timespec pause_time = { .tv_nsec = 100000 };

struct sleeper {
	uint32_t called;  /* atomic: the number of the wake */
	uint32_t awake;   /* atomic: the number of the wake that it has noticed */
	int64_t woken_ns; /* when; `awake` publishes it */
};

static void *sleep_and_wake(void *context)
{
	struct sleeper *sleeper = context;
	for (uint32_t i = 0; i < WAKES; i++) {
		futex_wait_while(&sleeper->called, i);
		sleeper->woken_ns = clock_now_ns();
		futex_post(&sleeper->awake, i + 1);
	}
	return NULL;
}

/* One wake, the number `i`: the time of the call, and the latency. False if nobody slept. */
static bool wake(struct sleeper *sleeper, uint32_t i, int64_t *call_ns, int64_t *latency_ns)
{
	clock_nanosleep(CLOCK_MONOTONIC, 0, &pause_time, NULL);
	int64_t start_ns = clock_now_ns();
	long slept = futex_post(&sleeper->called, i + 1);
	*call_ns = clock_now_ns() - start_ns;
	futex_wait_while(&sleeper->awake, i);
	*latency_ns = sleeper->woken_ns - start_ns;
	return slept > 0;
}

static int measure(
	const struct cost_pus *pus, struct cost_values *values, bool latency, struct error *error)
{
	struct sleeper sleeper = { 0 };
	pthread_t thread;
	int failed = pu_bind(pus->first, error);
	failed = failed ? failed : pu_start(&thread, pus->second, sleep_and_wake, &sleeper, error);
	if (failed) {
		return failed;
	}
	for (uint32_t i = 0; i < WAKES; i++) {
		int64_t call_ns;
		int64_t latency_ns;
		if (wake(&sleeper, i, &call_ns, &latency_ns)) {
			cost_values_add(values, (double)(latency ? latency_ns : call_ns));
		}
	}
	pthread_join(thread, NULL);
	return values->count ? 0 : error_set(error, -EAGAIN, "the thread to be woken never slept");
}

COST_FUNCTION(cost_wake_sleeper)
{
	return measure(pus, values, false, error);
}

COST_FUNCTION(cost_wakeup)
{
	return measure(pus, values, true, error);
}
