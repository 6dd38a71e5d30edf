/*
 * What the tests of pipelines share: tasks that the test program runs when it is executed anew as a
 * stage, some of which are faulty, and how a pipeline is run and its messages are kept.
 */
#pragma once

#include "pipeline.h"

#include <stdbool.h>
#include <sys/resource.h>

/*
 * The tasks, besides STAGE_TASK:
 *
 *	exit STATUS	ends at once
 *	kill NUMBER	ends by this signal
 *	half COUNT	copies COUNT bytes, and ends successfully
 *	change COUNT	copies all, but changes the byte number COUNT
 *	unread		closes its input, and waits for a while before it ends successfully
 *
 * Returns true, with the exit status, if the arguments of the program ask for a task.
 */
bool faulty_stages_run(int argc, char **argv, int *status);

/* How a pipeline is run. */
struct setting {
	rlim_t files;       /* the most that may be open; 0: as it is */
	bool block_sigpipe; /* before the stages are started */
};

/* What pipeline_run() returned, in a process of its own, and what was written to standard error. */
int run_in(const struct setting *setting, const struct pipeline *pipeline,
	struct pipeline_result *result);
extern struct error suite_error;
extern char suite_messages[4096];

/* Fixtures. */
int suite_set_up(void **unused);
int suite_tear_down(void **unused);
