/*
 * The log: a list of marks, each of which is the number of the worker that appended it.
 *
 * An append takes three steps: it reads the number of marks, writes its own mark behind them, and
 * stores the new number. Each step is atomic, the append as a whole is not: it is a statement of a
 * program that relies on a global lock. Two workers that append at the same time may write to the
 * same place, and a worker that is held up between the steps sets the number back, so that the
 * marks of the others are overwritten. Then marks are lost; which are kept is well defined.
 */
#pragma once

#include "lockmodel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest number of workers: a mark is a byte that is not 0. */
enum { MARK_LOG_WORKERS_MAX = UINT8_MAX };

/* The members are private to mark_log.c. */
struct mark_log {
	_Alignas(LOCKMODEL_CACHE_LINE) size_t count; /* atomic */
	_Alignas(LOCKMODEL_CACHE_LINE) size_t room;
	unsigned char marks[]; /* each atomic */
};

/* How the marks of different workers follow each other. A run is a row of marks of one worker. */
struct mark_runs {
	size_t marks;
	size_t runs;
	size_t p50; /* lengths of the runs, in marks, by nearest rank */
	size_t p90;
	size_t longest;
};

/* The size in bytes of a log with room for so many marks. */
size_t mark_log_size(size_t room);

/* Initialises zeroed memory of that size, which may be shared between processes. */
void mark_log_init(struct mark_log *log, size_t room);

/* Appends the mark of a worker, counted from 0. False, and nothing is appended, if the log is full. */
bool mark_log_append(struct mark_log *log, int worker);

/*
 * The number of marks that the log has of each worker. Returns false if it has a mark of no worker.
 * Here and below, nobody may append meanwhile.
 */
bool mark_log_count(const struct mark_log *log, int workers, size_t *counts);

/* Returns 0, or -ENOMEM. All zero for an empty log. */
int mark_log_find_runs(const struct mark_log *log, struct mark_runs *runs);
