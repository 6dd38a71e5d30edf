/* See progress.h. The line is rewritten in place. */
#include "progress.h"

#include "clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* So that the line fits 80 columns. */
enum { NAME_COLUMNS = 50 };

static FILE *open_terminal(void)
{
	const char *name = getenv("GILBENCH_TERMINAL");
	int fd = isatty(STDERR_FILENO) ? dup(STDERR_FILENO)
		 : name                ? open(name, O_WRONLY | O_NOCTTY | O_CLOEXEC)
				       : -1;
	if (fd < 0 || !isatty(fd)) {
		close(fd);
		return NULL;
	}
	FILE *terminal = fdopen(fd, "w");
	if (!terminal) {
		close(fd);
	}
	return terminal;
}

void progress_begin(struct progress *progress)
{
	progress->began_ns = clock_now_ns();
	progress->terminal = open_terminal();
	if (progress->terminal) {
		fprintf(progress->terminal, "\rcalibrating");
		fflush(progress->terminal);
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
	fprintf(progress->terminal, "\r\033[K%zu of %zu, %.0f s left: %.*s", done, all, left_s,
		NAME_COLUMNS, row->name);
	fflush(progress->terminal);
}

void progress_end(struct progress *progress)
{
	if (progress->terminal) {
		fprintf(progress->terminal, "\r\033[K");
		fclose(progress->terminal);
		progress->terminal = NULL;
	}
}
