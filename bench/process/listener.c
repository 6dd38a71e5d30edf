/* See listener.h. */
#include "listener.h"

#include "launch.h"
#include "text.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_BYTES = 4096, QUOTE_BYTES = 200 };

/* What has been read from one of the program's files and does not make a whole line yet. */
struct stream {
	int fd; /* -1 after end of file */
	size_t used;
	char text[LINE_BYTES];
};

struct listener {
	const struct subprocess *subprocess;
	pid_t process;
	int ended; /* readable when the program has ended; -1 if that is known, or not supported */
	struct stream output;
	struct stream errors;
	char quote[QUOTE_BYTES]; /* the last line on standard error that is not blank */
	struct error *error;
};

/* --- lines ----------------------------------------------------------------------------------- */

/* The last line is the one to quote: in a traceback it gives the reason. */
static void keep_quote(struct listener *listener, const char *line)
{
	if (line[strspn(line, " \t")]) {
		snprintf(listener->quote, QUOTE_BYTES, "%.*s", QUOTE_BYTES - 1, line);
		text_make_printable(listener->quote);
	}
}

static int take_line(struct listener *listener, const struct stream *stream, char *line)
{
	const struct subprocess *subprocess = listener->subprocess;
	size_t length = strlen(line);
	if (length > 0 && line[length - 1] == '\r') {
		line[length - 1] = '\0';
	}
	if (stream == &listener->errors) {
		keep_quote(listener, line);
		if (!subprocess->both) {
			return 0;
		}
	}
	return subprocess->line(subprocess->context, line, listener->error);
}

static int take_lines(struct listener *listener, struct stream *stream)
{
	char *line = stream->text;
	char *end = stream->text + stream->used;
	char *newline;
	int result = 0;
	while (!result && (newline = memchr(line, '\n', (size_t)(end - line)))) {
		*newline = '\0';
		result = take_line(listener, stream, line);
		line = newline + 1;
	}
	stream->used = (size_t)(end - line);
	memmove(stream->text, line, stream->used);
	return result;
}

/* At end of file: the last line may lack its newline. */
static int take_rest(struct listener *listener, struct stream *stream)
{
	close(stream->fd);
	stream->fd = -1;
	if (stream->used == 0) {
		return 0;
	}
	stream->text[stream->used] = '\0';
	stream->used = 0;
	return take_line(listener, stream, stream->text);
}

/* A NUL byte would end the string early; replace it with another control character. */
static void replace_nuls(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		text[i] = text[i] ? text[i] : '\x01';
	}
}

static int read_stream(struct listener *listener, struct stream *stream)
{
	ssize_t got = read(stream->fd, stream->text + stream->used, LINE_BYTES - 1 - stream->used);
	if (got < 0) {
		return errno == EINTR
			       ? 0
			       : error_system(listener->error, -errno, "could not read its output");
	}
	if (got == 0) {
		return take_rest(listener, stream);
	}
	replace_nuls(stream->text + stream->used, (size_t)got);
	stream->used += (size_t)got;
	int result = take_lines(listener, stream);
	if (!result && stream->used == LINE_BYTES - 1) {
		return error_set(listener->error, -EBADMSG,
			"it printed a line of more than %d characters", LINE_BYTES - 1);
	}
	return result;
}

static int watched_file(const struct subprocess *subprocess)
{
	return subprocess->watch ? subprocess->watch(subprocess->context) : -1;
}

/*
 * Reads both files until both are at their end; or until the program has ended and the processes
 * that it started, which may hold the files open, have printed nothing for SUPERVISOR_PATIENCE_MS.
 */
static int read_both(struct listener *listener)
{
	const struct subprocess *subprocess = listener->subprocess;
	struct stream *streams[] = { &listener->output, &listener->errors };
	int timeout_ms = -1;
	while (listener->output.fd >= 0 || listener->errors.fd >= 0) {
		/* poll() ignores negative file descriptors. */
		struct pollfd files[] = {
			{ .fd = listener->output.fd, .events = POLLIN },
			{ .fd = listener->errors.fd, .events = POLLIN },
			{ .fd = listener->ended, .events = POLLIN },
			{ .fd = watched_file(subprocess), .events = POLLIN },
		};
		int ready = poll(files, 4, timeout_ms);
		if (ready < 0 && errno != EINTR) {
			return error_system(
				listener->error, -errno, "could not wait for its output");
		}
		if (ready == 0) {
			return 0;
		}
		if (ready > 0 && files[3].revents) {
			return subprocess->on_event(subprocess->context, listener->error);
		}
		if (ready > 0 && files[2].revents) {
			timeout_ms = SUPERVISOR_PATIENCE_MS;
			close(listener->ended);
			listener->ended = -1;
		}
		for (int i = 0; ready > 0 && i < 2; i++) {
			int result = files[i].revents ? read_stream(listener, streams[i]) : 0;
			if (result) {
				return result;
			}
		}
	}
	return 0;
}

/* --- the end --------------------------------------------------------------------------------- */

/* Whether the program has succeeded, by its exit status and what it wrote to standard error. */
static int judge(const struct listener *listener, int status)
{
	const char *quote = listener->quote;
	const char *colon = quote[0] ? "; it wrote: " : "";
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
		return quote[0] && !listener->subprocess->both
			       ? error_set(listener->error, -ECHILD,
					 "it wrote to standard error: %s", quote)
			       : 0;
	}
	if (WIFEXITED(status)) {
		return error_set(listener->error, -ECHILD, "it ended with exit status %d%s%s",
			WEXITSTATUS(status), colon, quote);
	}
	char end[128];
	child_describe_status(end, sizeof(end), status);
	return error_set(listener->error, -ECHILD, "it %s%s%s", end, colon, quote);
}

static int await_end(struct listener *listener, struct rusage *usage)
{
	int status;
	while (wait4(listener->process, &status, 0, usage) < 0) {
		if (errno != EINTR) {
			return error_system(
				listener->error, -errno, "could not wait until it ended");
		}
	}
	return judge(listener, status);
}

static int start(struct listener *listener)
{
	struct launch launch;
	int result = launch_program(listener->subprocess->words, listener->subprocess->input, NULL,
		&launch, listener->error);
	if (!result) {
		listener->process = launch.process;
		listener->ended = launch.ended;
		listener->output.fd = launch.output;
		listener->errors.fd = launch.errors;
	}
	return result;
}

int listener_run(const struct subprocess *subprocess, struct rusage *usage, struct error *error)
{
	struct listener *listener = calloc(1, sizeof(*listener));
	if (!listener) {
		return error_set(error, -ENOMEM, "out of memory");
	}
	listener->subprocess = subprocess;
	listener->error = error;
	int result = start(listener);
	result = result ? result : read_both(listener);
	result = result ? result : await_end(listener, usage);
	if (!result && subprocess->end) {
		result = subprocess->end(subprocess->context, error);
	}
	free(listener);
	return result;
}
