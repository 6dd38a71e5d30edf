/*
 * Timer slack: by how much a sleep ends too late. The system may delay each timer by the slack of the
 * thread, to let several end together; the rest is the latency of the timer and of the wake-up.
 */
#include "registry.h"

#include "clock.h"
#include "pu.h"

#include <errno.h>
#include <sys/prctl.h>

enum { SLEEPS = 100, SLEEP_NS = 100000, LEAST_SLACK_NS = 1 };

static void sleep_until(int64_t until_ns)
{
	const struct timespec until = {
		.tv_sec = until_ns / CLOCK_NS_PER_S,
		.tv_nsec = until_ns % CLOCK_NS_PER_S,
	};
	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR) {
	}
}

COST_FUNCTION(cost_timer_slack)
{
	int failed = pu_bind(pus->first, error);
	for (int i = 0; !failed && i < SLEEPS; i++) {
		int64_t due_ns = clock_now_ns() + SLEEP_NS;
		sleep_until(due_ns);
		cost_values_add(values, (double)(clock_now_ns() - due_ns));
	}
	return failed;
}

COST_FUNCTION(cost_least_timer_slack)
{
	if (prctl(PR_SET_TIMERSLACK, LEAST_SLACK_NS)) {
		return error_system(error, -errno, "could not set the timer slack");
	}
	return cost_timer_slack(pus, values, error);
}
