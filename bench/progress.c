/* See progress.h. The line is rewritten in place, on standard error. */
#include "progress.h"

#include "clock.h"

#include <stdio.h>
#include <unistd.h>

/* So that the line fits 80 columns. */
enum { NAME_COLUMNS = 50 };

void progress_begin(struct progress *progress)
{
	progress->began_ns = clock_now_ns();
	progress->terminal = isatty(STDERR_FILENO);
	if (progress->terminal) {
		fprintf(stderr, "\rcalibrating");
	}
}

void progress_show(void *context, const struct row *row, size_t done, size_t all)
{
	const struct progress *progress = context;
	if (!progress->terminal) {
		return;
	}
	double passed_s = (double)(clock_now_ns() - progress->began_ns) / 1e9;
	double left_s = passed_s / (double)done * (double)(all - done);
	fprintf(stderr, "\r\033[K%zu of %zu, %.0f s left: %.*s", done, all, left_s, NAME_COLUMNS,
		row->name);
}

void progress_end(const struct progress *progress)
{
	if (progress->terminal) {
		fprintf(stderr, "\r\033[K");
	}
}
