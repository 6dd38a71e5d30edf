/*
 * Runs: the samples of a plan are taken in several runs, each by a process that is started anew.
 *
 * Between two runs of one program on one machine, times differ by more than the samples of one run
 * tell: the layout of memory, the frequency and the load of the machine differ. So the run, and not
 * the sample, is the unit of comparison. Each run has a seed of its own and finds the pace of
 * interpreters anew, but all do the same amount of work.
 */
#pragma once

#include "plan.h"

enum { RUNS_MAX = 100 };

struct runs {
	struct plan *plan;  /* its rows have room for `count` runs, and are selected */
	char *const *words; /* the command line of a run's process; NULL ends it */
	int count;
	uint64_t seed;
	const struct signals *signals;
	/* Called after each sample; or NULL. */
	void (*taken)(void *context, const struct row *row);
	/* Called after each run; if it returns true, no further run is made. NULL: all are made. */
	bool (*enough)(void *context, int runs);
	void *context;
};

/*
 * Takes the samples. Returns the number of runs made; or -EINTR with `error` if a signal arrived,
 * which then is the reason of all samples not taken. A run that cannot be made costs its samples,
 * which hold the reason. If no sample is wanted, no process is started, and `count` is returned.
 */
int runs_take(const struct runs *runs, struct error *error);
