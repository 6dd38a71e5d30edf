/*
 * See exchange.h. This process forks a child (child.h) that listens to the program; so there is one
 * deadline for all, and one group of processes to be killed.
 */
#include "exchange.h"

#include "child.h"
#include "descendants.h"
#include "team.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINE_BYTES = 4096, SAID_BYTES = 200 };

/* When the program has ended, what it has started may take so long to end. */
enum { PATIENCE_MS = 1000 };

/* What comes in on one of the program's files, up to the last whole line. */
struct stream {
	int fd; /* -1: it has ended */
	size_t used;
	char text[LINE_BYTES];
};

struct run {
	const struct exchange *exchange;
	pid_t process;
	int ended; /* readable when the program has; -1: the system does not tell, or it is known */
	struct stream output;
	struct stream errors;
	char said[SAID_BYTES]; /* the last line on standard error */
	struct error *error;
};

/* What `run` is told of how the program was started. */
struct launch {
	int output;
	int errors;
	int failure; /* through this comes the number of the error if it could not be started */
};

void exchange_make_printable(char *text)
{
	for (; *text; text++) {
		if (*text < ' ' || *text > '~') {
			*text = '?';
		}
	}
}

/* --- starting -------------------------------------------------------------------------------- */

__attribute__((noreturn)) static void become(
	const struct exchange *exchange, const struct launch *launch, pid_t parent)
{
	int input = exchange->input;
	if (input < 0) {
		input = open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	dup2(input, STDIN_FILENO);
	dup2(launch->output, STDOUT_FILENO);
	dup2(launch->errors, STDERR_FILENO);
	/* What gilbench ignores it would otherwise ignore, too. */
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent) {
		execvp(exchange->words[0], exchange->words);
	}
	int code = errno;
	ssize_t told = write(launch->failure, &code, sizeof(code));
	_exit(told == sizeof(code) ? EXIT_FAILURE : EXIT_FAILURE + 1);
}

/* Where three pipes are made at once, only the first error is of interest. */
static int make_pipes(int pipes[3][2], struct error *error)
{
	for (int i = 0; i < 3; i++) {
		if (pipe2(pipes[i], O_CLOEXEC)) {
			int code = -errno;
			while (i-- > 0) {
				close(pipes[i][0]);
				close(pipes[i][1]);
			}
			return error_system(error, code, "could not make a pipe");
		}
	}
	return 0;
}

static int explain_start(const struct exchange *exchange, int code, struct error *error)
{
	const char *program = exchange->words[0];
	if (code != ENOENT) {
		return error_system(error, -code, "'%s' could not be started", program);
	}
	if (strchr(program, '/') && access(program, F_OK) == 0) {
		return error_set(error, -code,
			"'%s' could not be started: there is no program as its first line (#!), or "
			"its loader, asks for",
			program);
	}
	return error_set(error, -code, "there is no program '%s'", program);
}

static int start(struct run *run, struct error *error)
{
	int pipes[3][2];
	int result = make_pipes(pipes, error);
	if (result) {
		return result;
	}
	struct launch launch = { pipes[0][1], pipes[1][1], pipes[2][1] };
	pid_t parent = getpid();
	run->process = fork();
	if (run->process == 0) {
		become(run->exchange, &launch, parent);
	}
	int code = run->process < 0 ? errno : 0;
	for (int i = 0; i < 3; i++) {
		close(pipes[i][1]);
	}
	run->ended = run->process < 0 ? -1 : pidfd_open(run->process, 0);
	run->output.fd = pipes[0][0];
	run->errors.fd = pipes[1][0];
	if (run->process < 0) {
		result = error_system(error, -code,
			"could not fork (is there a limit on processes, `ulimit -u`?)");
	} else if (read(pipes[2][0], &code, sizeof(code)) == sizeof(code)) {
		waitpid(run->process, NULL, 0);
		result = explain_start(run->exchange, code, error);
	}
	close(pipes[2][0]);
	return result;
}

/* --- listening ------------------------------------------------------------------------------- */

/* The last line that says something is the one to be quoted: in a traceback it is the reason. */
static void remember(struct run *run, const char *line)
{
	if (line[strspn(line, " \t")]) {
		snprintf(run->said, SAID_BYTES, "%.*s", SAID_BYTES - 1, line);
		exchange_make_printable(run->said);
	}
}

static int take_line(struct run *run, const struct stream *stream, char *line)
{
	size_t length = strlen(line);
	if (length > 0 && line[length - 1] == '\r') {
		line[length - 1] = '\0';
	}
	if (stream == &run->errors) {
		remember(run, line);
		if (!run->exchange->both) {
			return 0;
		}
	}
	return run->exchange->line(run->exchange->context, line, run->error);
}

static int take_lines(struct run *run, struct stream *stream)
{
	char *line = stream->text;
	char *end = stream->text + stream->used;
	char *newline;
	int result = 0;
	while (!result && (newline = memchr(line, '\n', (size_t)(end - line)))) {
		*newline = '\0';
		result = take_line(run, stream, line);
		line = newline + 1;
	}
	stream->used = (size_t)(end - line);
	memmove(stream->text, line, stream->used);
	return result;
}

/* A last line may lack its end; one that is too long is none. */
static int take_rest(struct run *run, struct stream *stream)
{
	close(stream->fd);
	stream->fd = -1;
	if (stream->used == 0) {
		return 0;
	}
	stream->text[stream->used] = '\0';
	stream->used = 0;
	return take_line(run, stream, stream->text);
}

/* A byte of zero would end a line that goes on: another that is not printed takes its place. */
static void hide_zeros(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		text[i] = text[i] ? text[i] : '\x01';
	}
}

static int listen_to(struct run *run, struct stream *stream)
{
	ssize_t got = read(stream->fd, stream->text + stream->used, LINE_BYTES - 1 - stream->used);
	if (got < 0) {
		return errno == EINTR ? 0 : error_system(run->error, -errno, "reading its output");
	}
	if (got == 0) {
		return take_rest(run, stream);
	}
	hide_zeros(stream->text + stream->used, (size_t)got);
	stream->used += (size_t)got;
	int result = take_lines(run, stream);
	if (!result && stream->used == LINE_BYTES - 1) {
		return error_set(run->error, -EBADMSG,
			"it printed a line of more than %d characters", LINE_BYTES - 1);
	}
	return result;
}

/* Until both have ended, or the program has and nothing more comes from those that it started. */
static int listen_to_both(struct run *run)
{
	struct stream *streams[] = { &run->output, &run->errors };
	int patience_ms = -1;
	while (run->output.fd >= 0 || run->errors.fd >= 0) {
		/* poll() passes over files that are negative. */
		struct pollfd files[] = {
			{ .fd = run->output.fd, .events = POLLIN },
			{ .fd = run->errors.fd, .events = POLLIN },
			{ .fd = run->ended, .events = POLLIN },
		};
		int ready = poll(files, 3, patience_ms);
		if (ready < 0 && errno != EINTR) {
			return error_system(run->error, -errno, "waiting for its output");
		}
		if (ready == 0) {
			return 0;
		}
		if (ready > 0 && files[2].revents) {
			patience_ms = PATIENCE_MS;
			close(run->ended);
			run->ended = -1;
		}
		for (int i = 0; ready > 0 && i < 2; i++) {
			int result = files[i].revents ? listen_to(run, streams[i]) : 0;
			if (result) {
				return result;
			}
		}
	}
	return 0;
}

/* --- the end --------------------------------------------------------------------------------- */

static int judge(const struct run *run, int status)
{
	const char *colon = run->said[0] ? "; it wrote: " : "";
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
		return run->said[0] && !run->exchange->both
			       ? error_set(run->error, -ECHILD, "it wrote to standard error: %s",
					 run->said)
			       : 0;
	}
	if (WIFEXITED(status)) {
		return error_set(run->error, -ECHILD, "it ended with exit status %d%s%s",
			WEXITSTATUS(status), colon, run->said);
	}
	char words[128];
	team_describe_status(words, sizeof(words), status);
	return error_set(run->error, -ECHILD, "it %s%s%s", words, colon, run->said);
}

/* In the child. */
static int run_program(const struct exchange *exchange, struct rusage *usage, struct error *error)
{
	struct run *run = calloc(1, sizeof(*run));
	if (!run) {
		return error_set(error, -ENOMEM, "out of memory");
	}
	run->exchange = exchange;
	run->error = error;
	descendants_adopt();
	int result = start(run, error);
	result = result ? result : listen_to_both(run);
	int status = 0;
	while (!result && wait4(run->process, &status, 0, usage) < 0) {
		if (errno != EINTR) {
			result = error_system(error, -errno, "waiting for it");
		}
	}
	result = result ? result : judge(run, status);
	if (!result && exchange->end) {
		result = exchange->end(exchange->context, error);
	}
	if (!result && !descendants_wait(PATIENCE_MS)) {
		result = error_set(
			error, -EBUSY, "it ended, but a process that it has started goes on");
	}
	free(run);
	return result;
}

/* What the child is forked with. */
struct task {
	const struct exchange *exchange;
	struct exchange_outcome *outcome;
};

static int task_main(void *context)
{
	const struct task *task = context;
	struct exchange_outcome *outcome = task->outcome;
	if (run_program(task->exchange, &outcome->usage, &outcome->error) == 0) {
		return EXIT_SUCCESS;
	}
	descendants_kill();
	/* All of the group, of which this process is one. */
	kill(0, SIGKILL);
	return EXIT_FAILURE;
}

int exchange_run(const struct exchange *exchange, int64_t deadline_ns,
	const struct signals *signals, struct exchange_outcome *outcome, struct error *error)
{
	struct task task = { exchange, outcome };
	struct child child = { task_main, &task, deadline_ns, signals };
	int status;
	/* Should the child be killed, what it has adopted becomes this process's to kill. */
	descendants_adopt();
	int result = child_run(&child, &status, error);
	if (result) {
		descendants_kill();
	}
	if (result || status == 0) {
		return result;
	}
	if (outcome->error.text[0]) {
		return error_set(error, -ECHILD, "%s", outcome->error.text);
	}
	char words[128];
	team_describe_status(words, sizeof(words), status);
	return error_set(error, -ECHILD, "the process that listened to it %s", words);
}

void *exchange_share(size_t size, struct error *error)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		error_system(error, -errno, "no shared memory for %zu bytes", size);
		return NULL;
	}
	return memory;
}

void exchange_unshare(void *memory, size_t size)
{
	munmap(memory, size);
}
