/*
 * Pipelines: external programs connected by pipes, and a reader behind the last one.
 *
 * Each stage is this program, executed anew for a task by name (spawn_task.h). The calling process is the
 * reader: it takes the times, counts the bytes and compares them with the pattern (pattern.h).
 */
#pragma once

#include "error.h"

#include <stddef.h>
#include <stdint.h>

enum { PIPELINE_STAGES_MAX = 16 };

struct pipeline_stage {
	const char *task;
	const char *const *words; /* a list that NULL ends */
};

struct pipeline {
	const struct pipeline_stage *stages;
	int count;           /* 1 to PIPELINE_STAGES_MAX */
	int64_t size;        /* in bytes, what the first stage writes */
	int64_t close_after; /* the reader closes its end after so many bytes; 0: reads to the end */
	size_t block;        /* the most that is read at once */
};

struct pipeline_result {
	int64_t total_ns;      /* from before the first stage is started until all have ended */
	int64_t first_byte_ns; /* from the same moment until the first bytes have been read */
	int64_t transfer_ns;   /* from then until the last bytes have been read */
	int64_t transferred;   /* bytes read in that time */
	int64_t stop_ns;       /* from the end of file, or the closing, until all have ended */
	int64_t bytes;         /* read in all */
	int64_t cpu_ns;        /* of the stages and the reader */
	int64_t switches_voluntary;
	int64_t switches_involuntary;
};

/*
 * Runs a pipeline to its end. For a process of its own without other children (isolated.h), which
 * ends soon after a failure: stages may then still run. Returns 0, or a negative errno value with
 * `error`: -ECHILD if a stage failed, with its number and how it ended (if several did, the one
 * furthest down the pipeline, since the stages before it failed because nobody read any more);
 * -EBADMSG if bytes were missing or wrong. A stage that SIGPIPE ends after the reader has closed its
 * end has not failed.
 */
int pipeline_run(
	const struct pipeline *pipeline, struct pipeline_result *result, struct error *error);
