/* See stage.h. */
#include "stage.h"

#include "pattern.h"
#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int complain(const char *what)
{
	fprintf(stderr, "gilbench: %s: %s: %s\n", STAGE_TASK, what, strerror(errno));
	return EXIT_FAILURE;
}

/* False, with errno set, if they could not all be written. */
static bool write_all(const unsigned char *bytes, size_t count)
{
	while (count > 0) {
		ssize_t written = write(STDOUT_FILENO, bytes, count);
		if (written < 0 && errno != EINTR) {
			return false;
		}
		bytes += written > 0 ? written : 0;
		count -= written > 0 ? (size_t)written : 0;
	}
	return true;
}

static int run_write(int64_t size, size_t block)
{
	struct pattern pattern;
	if (pattern_init(&pattern, block)) {
		return complain("no memory for a block");
	}
	bool ok = true;
	for (int64_t position = 0; ok && position < size; position += (int64_t)block) {
		int64_t left = size - position;
		ok = write_all(pattern_at(&pattern, position),
			left < (int64_t)block ? (size_t)left : block);
	}
	int status = ok ? EXIT_SUCCESS : complain("could not write");
	pattern_finish(&pattern);
	return status;
}

static int copy(unsigned char *bytes, size_t block)
{
	for (;;) {
		ssize_t got = read(STDIN_FILENO, bytes, block);
		if (got < 0 && errno != EINTR) {
			return complain("could not read");
		}
		if (got == 0) {
			return EXIT_SUCCESS;
		}
		if (got > 0 && !write_all(bytes, (size_t)got)) {
			return complain("could not write");
		}
	}
}

static int run_copy(size_t block)
{
	unsigned char *bytes = malloc(block);
	if (!bytes) {
		return complain("no memory for a block");
	}
	int status = copy(bytes, block);
	free(bytes);
	return status;
}

/* A whole number of at least 1. */
static bool parse(const char *text, int64_t *number)
{
	char *end;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return errno == 0 && text[strspn(text, "0123456789")] == '\0' && end > text && *number > 0;
}

/* Whatever the caller of gilbench has set: SIGPIPE ends the process. */
static void let_sigpipe_end(void)
{
	sigset_t pipe_only;
	signals_reset_dispositions();
	sigemptyset(&pipe_only);
	sigaddset(&pipe_only, SIGPIPE);
	sigprocmask(SIG_UNBLOCK, &pipe_only, NULL);
}

int stage_run(int count, char **words)
{
	int64_t size;
	int64_t block;
	let_sigpipe_end();
	if (count == 3 && strcmp(words[0], "write") == 0 && parse(words[1], &size) &&
		parse(words[2], &block)) {
		return run_write(size, (size_t)block);
	}
	if (count == 2 && strcmp(words[0], "copy") == 0 && parse(words[1], &block)) {
		return run_copy((size_t)block);
	}
	fprintf(stderr,
		"gilbench: %s takes 'write SIZE BLOCK' or 'copy BLOCK', numbers of bytes from 1 "
		"on\n",
		STAGE_TASK);
	return EXIT_FAILURE;
}
