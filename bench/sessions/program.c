/* See program.h. */
#include "program.h"

#include "shared.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>

static int run_words(const struct program *program, char **words, struct session *session,
	const struct limits *limits, struct error *error)
{
	session->placement = program->placement;
	session->workers = program->workers;
	session->others = program->others;
	session->units = program->units;
	session->clock = interpreter_clock(program->interpreter);
	session->answers = program->answers;
	session->on_gate = program->on_gate;
	session->on_line = program->on_line;
	session->on_done = program->on_done;
	session->watch = program->watch;
	session->on_event = program->on_event;
	session->context = program->context;
	struct subprocess subprocess = {
		.words = words,
		.input = program->input,
		.line = session_take_line,
		.end = session_end,
		.watch = session_watch,
		.on_event = session_on_event,
		.context = session,
	};
	return subprocess_run(&subprocess, limits, &session->outcome, error);
}

static int run_session(const struct program *program, struct session *session,
	const struct limits *limits, struct error *error)
{
	size_t count = 0;
	while (program->arguments[count]) {
		count++;
	}
	char **words = interpreter_words(program->interpreter, count);
	if (!words) {
		return error_set(error, -ENOMEM, "out of memory");
	}
	char **end = words;
	while (*end) {
		end++;
	}
	for (size_t i = 0; i < count; i++) {
		end[i] = (char *)program->arguments[i]; /* execvp() does not change them */
	}
	int result = run_words(program, words, session, limits, error);
	free(words);
	return result;
}

static int64_t timeval_ns(struct timeval time)
{
	return time.tv_sec * INT64_C(1000000000) + time.tv_usec * INT64_C(1000);
}

/*
 * The total may lack what was used before: the system adds a process to it only when its parent has
 * waited for it.
 */
static int64_t used_since(int64_t before, int64_t total)
{
	return total > before ? total - before : 0;
}

static void take_usage(const struct session *session, struct region_result *region)
{
	const struct rusage *total = &session->outcome.usage;
	const struct procfs_usage *before = &session->before;
	*region = (struct region_result){
		.cpu_ns = used_since(
			before->cpu_ns, timeval_ns(total->ru_utime) + timeval_ns(total->ru_stime)),
		.switches_voluntary = used_since(before->switches_voluntary, total->ru_nvcsw),
		.switches_involuntary = used_since(before->switches_involuntary, total->ru_nivcsw),
		.migrations = -1,
		.runqueue_ns = -1,
		.bound_elsewhere = session->bound_elsewhere,
	};
}

static int copy_spans(const struct session *session, struct span **spans, struct error *error)
{
	/* One more, since there may be no worker. */
	size_t bytes = ((size_t)session->workers + 1) * sizeof(struct span);
	*spans = aligned_alloc(LOCKMODEL_CACHE_LINE, bytes);
	if (!*spans) {
		return error_set(error, -ENOMEM, "out of memory for %d workers", session->workers);
	}
	for (int i = 0; i < session->workers; i++) {
		(*spans)[i] = session->reports[i].span;
	}
	return 0;
}

int program_run(const struct program *program, const struct limits *limits,
	struct region_result *region, struct span **spans, struct error *error)
{
	struct error reason;
	struct session *session = shared_create(session_size(program->workers), error);
	if (!session) {
		return -ENOMEM;
	}
	int result = run_session(program, session, limits, &reason);
	if (!result) {
		take_usage(session, region);
		result = copy_spans(session, spans, &reason);
	}
	shared_destroy(session, session_size(program->workers));
	if (result == -EINTR) {
		*error = reason;
	} else if (result) {
		error_set(error, result, "interpreter '%.200s': %s",
			interpreter_command(program->interpreter), reason.text);
		text_make_printable(error->text);
	}
	return result;
}
