/*
 * Context switches: two threads, or processes, on one PU hand a turn to each other by futex. Each
 * hand-over is a wake, a wait and a switch. The system counts the switches of a thread, and both
 * have equally many; so the value is the time per switch that took place, with the calls that led to
 * it.
 */
#include "registry.h"

#include "clock.h"
#include "futex.h"
#include "pu.h"
#include "shared.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BATCHES = 20, ROUNDS = 200, SIDES = 2 };

/* Whose turn it is, an atomic: 0 or 1. */
struct turn {
	uint32_t side;
};

static void take_turns(struct turn *turn, uint32_t side)
{
	for (int i = 0; i < ROUNDS; i++) {
		futex_wait_while(&turn->side, !side);
		futex_post(&turn->side, !side);
	}
}

static void *run_other(void *context)
{
	for (int i = 0; i < BATCHES; i++) {
		take_turns(context, 1);
	}
	return NULL;
}

static long count_switches(void)
{
	struct rusage usage;
	getrusage(RUSAGE_THREAD, &usage);
	return usage.ru_nvcsw + usage.ru_nivcsw;
}

static int run_own(struct turn *turn, struct cost_values *values, struct error *error)
{
	for (int i = 0; i < BATCHES; i++) {
		long before = count_switches();
		int64_t start_ns = clock_now_ns();
		take_turns(turn, 0);
		int64_t taken_ns = clock_now_ns() - start_ns;
		long switches = SIDES * (count_switches() - before);
		if (switches > 0) {
			cost_values_add(values, (double)taken_ns / (double)switches);
		}
	}
	return values->count ? 0
			     : error_set(error, -ENOTSUP, "the system counts no context switches");
}

COST_FUNCTION(cost_switch_threads)
{
	struct turn turn = { 0 };
	pthread_t thread;
	int failed = pu_bind(pus->first, error);
	failed = failed ? failed : pu_start(&thread, pus->first, run_other, &turn, error);
	if (failed) {
		return failed;
	}
	failed = run_own(&turn, values, error);
	pthread_join(thread, NULL);
	return failed;
}

static int switch_processes(struct turn *turn, struct cost_values *values, struct error *error)
{
	pid_t process = fork();
	if (process == 0) {
		run_other(turn);
		_exit(EXIT_SUCCESS);
	}
	if (process < 0) {
		return error_system(error, -errno, "could not fork");
	}
	int failed = run_own(turn, values, error);
	waitpid(process, NULL, 0);
	return failed;
}

COST_FUNCTION(cost_switch_processes)
{
	int failed = pu_bind(pus->first, error);
	struct turn *turn = failed ? NULL : shared_create(sizeof(*turn), error);
	if (!turn) {
		return failed ? failed : -ENOMEM;
	}
	failed = switch_processes(turn, values, error);
	shared_destroy(turn, sizeof(*turn));
	return failed;
}
