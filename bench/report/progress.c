/* See progress.h. */
#include "progress.h"

#include "clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of a row's name, so that the line fits 80 columns. */
enum { NAME_COLUMNS = 50 };

/* Whatever the name is of, a FIFO for instance, opening it must not block. */
static FILE *open_terminal(void)
{
	const char *name = getenv("GILBENCH_TERMINAL");
	int flags = O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK;
	int fd = isatty(STDERR_FILENO) ? dup(STDERR_FILENO) : name ? open(name, flags) : -1;
	if (fd < 0) {
		return NULL;
	}
	FILE *terminal = isatty(fd) ? fdopen(fd, "w") : NULL;
	if (!terminal) {
		close(fd);
	}
	return terminal;
}

static bool wants_lines(void)
{
	const char *value = getenv("GILBENCH_PROGRESS");
	return value && strcmp(value, "lines") == 0;
}

void progress_begin(struct progress *progress)
{
	progress->began_ns = clock_now_ns();
	progress->last_ns = progress->began_ns;
	progress->line_ns = progress->began_ns;
	progress->slowest = NULL;
	progress->slowest_ns = 0;
	progress->terminal = progress->quiet ? NULL : open_terminal();
	progress->lines = !progress->quiet && !progress->terminal && wants_lines();
	estimate_init(&progress->estimate, progress->plan, progress->runs);
	if (progress->terminal) {
		fprintf(progress->terminal, "\rcalibrating");
		fflush(progress->terminal);
	}
}

/* --- a run that takes too long --------------------------------------------------------------- */

/* The rows that take samples. */
static size_t count_rows(const struct plan *plan)
{
	size_t count = 0;
	for (size_t i = 0; i < plan->count; i++) {
		count += plan->rows[i].wanted > 0 && !plan->rows[i].in_process;
	}
	return count;
}

bool progress_is_late(double planned_s, double left_s)
{
	return left_s >= 2 * planned_s && left_s >= planned_s + 10;
}

/* Called after as many samples as there are rows. */
static void warn(const struct progress *progress, double left_s)
{
	double planned = estimate_planned_ns(&progress->estimate) / 1e9;
	if (progress->quiet || !progress->slowest || !progress_is_late(planned, left_s)) {
		return;
	}
	fprintf(stderr,
		"%sgilbench: this will take about %.0f s more, where %.0f s were planned; a sample "
		"of "
		"%s takes %.1f s\n",
		progress->terminal ? "\r\033[K" : "", left_s, planned, progress->slowest->name,
		(double)progress->slowest_ns / 1e9);
}

static void note_sample(struct progress *progress, const struct row *row, size_t done)
{
	int64_t now_ns = clock_now_ns();
	int64_t taken_ns = now_ns - progress->last_ns;
	/* The first sample's time has calibration in it. */
	if (progress->last_ns != progress->began_ns && taken_ns > progress->slowest_ns) {
		progress->slowest = row;
		progress->slowest_ns = taken_ns;
	}
	progress->last_ns = now_ns;
	estimate_note(&progress->estimate, row, done, taken_ns);
}

/* --- the line -------------------------------------------------------------------------------- */

static void show_on_terminal(
	FILE *terminal, const struct row *row, size_t done, size_t all, double left_s)
{
	fprintf(terminal, "\r\033[K%zu of %zu, %.0f s left: %.*s", done, all, left_s, NAME_COLUMNS,
		row->name);
	fflush(terminal);
}

static void print_line(struct progress *progress, size_t done, size_t all, double left_s)
{
	if (progress->last_ns - progress->line_ns < PROGRESS_INTERVAL_NS) {
		return;
	}
	fprintf(stderr, "%zu of %zu samples, %.0f s left\n", done, all, left_s);
	progress->line_ns = progress->last_ns;
}

void progress_show(void *context, const struct row *row, size_t done, size_t all)
{
	struct progress *progress = context;
	note_sample(progress, row, done);
	double left_s = estimate_left_ns(&progress->estimate) / 1e9;
	if (done == count_rows(progress->plan)) {
		warn(progress, left_s);
	}
	if (progress->terminal) {
		show_on_terminal(progress->terminal, row, done, all, left_s);
	} else if (progress->lines) {
		print_line(progress, done, all, left_s);
	}
}

void progress_end(struct progress *progress)
{
	if (progress->terminal) {
		fprintf(progress->terminal, "\r\033[K");
		fclose(progress->terminal);
		progress->terminal = NULL;
	}
	estimate_finish(&progress->estimate);
}
