/*
 * See mark_log.h. All accesses are relaxed: they are atomic only so that unprotected appends are
 * defined. Where a lock protects the log, it also orders the accesses; whoever reads the log when
 * the workers have ended is ordered behind them by that.
 */
#include "mark_log.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

size_t mark_log_size(size_t room)
{
	return sizeof(struct mark_log) + room;
}

void mark_log_init(struct mark_log *log, size_t room)
{
	log->count = 0;
	log->room = room;
}

bool mark_log_append(struct mark_log *log, int worker)
{
	size_t count = __atomic_load_n(&log->count, __ATOMIC_RELAXED);
	if (count == log->room) {
		return false;
	}
	__atomic_store_n(&log->marks[count], (unsigned char)(worker + 1), __ATOMIC_RELAXED);
	__atomic_store_n(&log->count, count + 1, __ATOMIC_RELAXED);
	return true;
}

bool mark_log_count(const struct mark_log *log, int workers, size_t *counts)
{
	memset(counts, 0, (size_t)workers * sizeof(*counts));
	for (size_t i = 0; i < log->count; i++) {
		int mark = log->marks[i];
		if (mark < 1 || mark > workers) {
			return false;
		}
		counts[mark - 1]++;
	}
	return true;
}

/* --- runs ------------------------------------------------------------------------------------ */

/* The length of the run that begins with mark number `first`. */
static size_t run_length(const struct mark_log *log, size_t first)
{
	size_t next = first + 1;
	while (next < log->count && log->marks[next] == log->marks[first]) {
		next++;
	}
	return next - first;
}

/* The smallest length that at least `percent` of the runs do not exceed. */
static size_t percentile(const size_t *of_length, const struct mark_runs *runs, size_t percent)
{
	size_t rank = (runs->runs * percent + 99) / 100;
	size_t length = 0;
	for (size_t seen = 0; seen < rank; seen += of_length[length]) {
		length++;
	}
	return length;
}

/* There may be as many runs as marks; so they are counted by length instead of being sorted. */
int mark_log_find_runs(const struct mark_log *log, struct mark_runs *runs)
{
	*runs = (struct mark_runs){ .marks = log->count };
	for (size_t first = 0, length; first < log->count; first += length) {
		length = run_length(log, first);
		runs->longest = length > runs->longest ? length : runs->longest;
		runs->runs++;
	}
	size_t *of_length = calloc(runs->longest + 1, sizeof(*of_length));
	if (!of_length) {
		return -ENOMEM;
	}
	for (size_t first = 0, length; first < log->count; first += length) {
		length = run_length(log, first);
		of_length[length]++;
	}
	runs->p50 = percentile(of_length, runs, 50);
	runs->p90 = percentile(of_length, runs, 90);
	free(of_length);
	return 0;
}
