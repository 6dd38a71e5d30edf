/*
 * A stage of a pipeline: an external program that writes to its standard output. It behaves like any
 * filter of a shell: SIGPIPE, the sign that nobody reads any more, ends it without a message.
 */
#pragma once

/* The name of the task (spawn_task.h). */
#define STAGE_TASK "pipeline-stage"

/*
 * The task. The words are
 *
 *	write SIZE BLOCK	writes SIZE bytes of the pattern, BLOCK at a time: the first stage
 *	copy BLOCK		copies its standard input, up to BLOCK bytes at a time: the others
 *
 * Returns the exit status: EXIT_FAILURE after a line to standard error.
 */
int stage_run(int count, char **words);
