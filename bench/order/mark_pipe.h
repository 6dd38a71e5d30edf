/*
 * The pipe of the log: workers that are processes write their marks to it, and a further process
 * reads them into the log. The order of the log is that in which the pipe took the marks.
 */
#pragma once

#include "error.h"
#include "mark_log.h"

#include <sys/types.h>

struct mark_pipe {
	int ends[2];  /* for reading and for writing */
	pid_t reader; /* 0: not started */
};

/*
 * Starts the reader, a child of the caller. The workers are to be forked afterwards. Returns 0, or a
 * negative errno value with `error`.
 */
int mark_pipe_open(struct mark_pipe *pipe, struct mark_log *log, struct error *error);

/*
 * Writes the mark of a worker; waits while the pipe is full. Returns 0, or a negative errno value:
 * -EPIPE if the reader has ended.
 */
int mark_pipe_write(const struct mark_pipe *pipe, int worker);

/*
 * When all workers have ended: waits until the reader has read everything. Returns 0, or a negative
 * errno value with `error` that says how the reader ended; -ENOSPC if the log is full.
 */
int mark_pipe_close(struct mark_pipe *pipe, struct error *error);
