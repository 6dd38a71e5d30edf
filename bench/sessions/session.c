/*
 * See session.h. Everything that the program prints is untrusted: a number counts only after it has
 * been checked against what is known.
 */
#include "session.h"

#include "clock.h"
#include "describe.h"
#include "fields.h"
#include "kernel.h"
#include "text.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The stages of a session: the last line that was taken. */
enum { STAGE_NONE, STAGE_GREETED, STAGE_STARTED, STAGE_OPEN, STAGE_DONE };

size_t session_size(int workers)
{
	return sizeof(struct session) + (size_t)workers * sizeof(struct session_worker);
}

static int all_workers(const struct session *session)
{
	return session->workers + session->others;
}

static int64_t now_ns(const struct session *session)
{
	struct timespec now;
	clock_gettime(session->clock, &now);
	return now.tv_sec * (int64_t)CLOCK_NS_PER_S + now.tv_nsec;
}

bool session_is_time(const struct session *session, int64_t ns)
{
	return ns >= session->opened_ns - SESSION_CLOCK_RESOLUTION_NS &&
	       ns - SESSION_CLOCK_RESOLUTION_NS <= now_ns(session);
}

static int refuse(const char *line, const char *expected, struct error *error)
{
	return error_set(error, -EBADMSG, "it printed '%.80s' instead of %s", line, expected);
}

static int answer(const struct session *session, struct error *error)
{
	/* The program may have ended meanwhile; its exit status then says why. */
	if (write(session->answers, "\n", 1) < 0 && errno != EPIPE && errno != ECONNREFUSED) {
		return error_system(error, -errno, "could not answer it");
	}
	return 0;
}

/* --- before the gate ------------------------------------------------------------------------- */

/* Only a process that belongs to the program may be examined and bound. */
static int check_process(int64_t process, struct error *error)
{
	if (process > 0 && process <= INT_MAX && process != getpid() &&
		getpgid((pid_t)process) == getpgrp()) {
		return 0;
	}
	return error_set(error, -EBADMSG,
		"it reported process %" PRId64 ", which is not one of its own, or has left its "
		"process group (as under timeout or setsid)",
		process);
}

static int take_greeting(struct session *session, const char *line, struct error *error)
{
	session->stage = STAGE_GREETED;
	return describe_version(line) ? 0 : refuse(line, DESCRIBE_GREETINGS, error);
}

static int take_start(struct session *session, const char *line, struct error *error)
{
	int64_t process;
	if (!fields_parse(line, "start", &process, 1)) {
		return refuse(line, "'start PID'", error);
	}
	int result = check_process(process, error);
	if (result) {
		return result;
	}
	procfs_find_new(&session->seen, (pid_t)process);
	session->last_process = (pid_t)process;
	session->stage = STAGE_STARTED;
	return answer(session, error);
}

static int bind_task(struct session *session, pid_t task, int worker, struct error *error)
{
	int result = placement_bind_task(session->placement, task, worker, error);
	if (result == -EPERM) {
		session->bound_elsewhere = true;
		return 0;
	}
	return result;
}

/* Usage counts from here on, process by process, when each is known to wait at the gate. */
static void note_usage(struct session *session, pid_t process)
{
	if (process != session->last_process) {
		procfs_add_usage(&session->before, process);
	}
}

/* The task of a worker is the new one, or else the main thread of its process. */
static int find_task(struct session *session, bool thread, const int64_t numbers[2], pid_t *task,
	struct error *error)
{
	int result = check_process(numbers[1], error);
	if (result) {
		return result;
	}
	pid_t process = (pid_t)numbers[1];
	pid_t new_task = procfs_find_new(&session->seen, process);
	*task = thread ? new_task : process;
	return *task ? 0
		     : error_set(error, -EBADMSG,
			       "it reported worker %" PRId64 ", but has no new thread", numbers[0]);
}

static int take_worker(struct session *session, const char *line, struct error *error)
{
	int64_t numbers[2]; /* INDEX PID */
	pid_t task;
	bool thread = fields_parse(line, "thread", numbers, 2);
	if ((!thread && !fields_parse(line, "process", numbers, 2)) ||
		numbers[0] != session->announced || numbers[0] >= all_workers(session)) {
		return refuse(line, "the next worker or 'ready'", error);
	}
	int result = find_task(session, thread, numbers, &task, error);
	if (result) {
		return result;
	}
	note_usage(session, (pid_t)numbers[1]);
	result = bind_task(session, task, session->announced, error);
	session->announced++;
	return result ? result : answer(session, error);
}

static int open_gate(struct session *session, struct error *error)
{
	if (session->announced < all_workers(session)) {
		return error_set(error, -EBADMSG, "it printed 'ready' after %d of %d workers",
			session->announced, all_workers(session));
	}
	procfs_add_usage(&session->before, session->last_process);
	session->stage = STAGE_OPEN;
	session->opened_ns = now_ns(session);
	int result = answer(session, error);
	return result || !session->on_gate ? result : session->on_gate(session->context, error);
}

/* --- behind the gate ------------------------------------------------------------------------- */

static int check_span(
	const struct session *session, int64_t worker, const struct span *span, struct error *error)
{
	if (!session_is_time(session, span->start_ns) || !session_is_time(session, span->end_ns) ||
		span->end_ns < span->start_ns) {
		return error_set(error, -EBADMSG,
			"it reported that worker %" PRId64 " ran from %" PRId64 " to %" PRId64
			" ns, which is not between the opening of the gate and now",
			worker, span->start_ns, span->end_ns);
	}
	double wall_ns = (double)(span->end_ns - span->start_ns);
	double least_ns = KERNEL_TURN_MIN_S * 1e9 * (double)span->units;
	if (wall_ns + SESSION_CLOCK_RESOLUTION_NS < least_ns) {
		return error_set(error, -EBADMSG,
			"it reported that worker %" PRId64 " did %" PRIu64
			" units in %.3g s, which is impossible (less than %.3g ns each)",
			worker, span->units, wall_ns / 1e9, KERNEL_TURN_MIN_S * 1e9);
	}
	return 0;
}

static int take_span(struct session *session, const char *line, struct error *error)
{
	int64_t numbers[4]; /* INDEX START END UNITS */
	if (!fields_parse(line, "span", numbers, 4) || numbers[0] >= session->workers) {
		return refuse(line, "'span INDEX START END UNITS'", error);
	}
	struct session_worker *report = &session->reports[numbers[0]];
	struct span span = {
		.start_ns = numbers[1],
		.end_ns = numbers[2],
		.units = (uint64_t)numbers[3],
	};
	if (report->reported) {
		return error_set(
			error, -EBADMSG, "it reported worker %" PRId64 " twice", numbers[0]);
	}
	*report = (struct session_worker){ span, true };
	return check_span(session, numbers[0], &span, error);
}

static int take_result(struct session *session, const char *line, struct error *error)
{
	if (strcmp(line, "done") == 0) {
		session->stage = STAGE_DONE;
		return session->on_done ? session->on_done(session->context, error) : 0;
	}
	if (strncmp(line, "span ", strlen("span ")) == 0) {
		return take_span(session, line, error);
	}
	int result = -ENOMSG;
	if (session->on_line) {
		result = session->on_line(session->context, session, line, error);
	}
	return result == -ENOMSG ? refuse(line, "a result or 'done'", error) : result;
}

int session_take_line(void *context, char *line, struct error *error)
{
	struct session *session = context;
	text_make_printable(line);
	if (strncmp(line, "error ", strlen("error ")) == 0) {
		return error_set(
			error, -ECHILD, "it reported an error: %.200s", line + strlen("error "));
	}
	switch (session->stage) {
	case STAGE_NONE:
		return take_greeting(session, line, error);
	case STAGE_GREETED:
		return take_start(session, line, error);
	case STAGE_STARTED:
		return strcmp(line, "ready") == 0 ? open_gate(session, error)
						  : take_worker(session, line, error);
	case STAGE_OPEN:
		return take_result(session, line, error);
	default:
		return error_set(error, -EBADMSG, "it printed '%.80s' after 'done'", line);
	}
}

/* --- the end --------------------------------------------------------------------------------- */

int session_watch(void *context)
{
	const struct session *session = context;
	return session->watch ? session->watch(session->context) : -1;
}

int session_on_event(void *context, struct error *error)
{
	const struct session *session = context;
	return session->on_event(session->context, error);
}

int session_end(void *context, struct error *error)
{
	const struct session *session = context;
	struct span_sum sum = { 0 }; /* cannot overflow: check_span() has limited each */
	if (session->stage != STAGE_DONE) {
		return error_set(error, -EBADMSG, "it ended without 'done'");
	}
	for (int i = 0; i < session->workers; i++) {
		if (session->reports[i].reported) {
			span_add(&sum, &session->reports[i].span);
		}
	}
	if (sum.count < session->workers) {
		return error_set(error, -EBADMSG, "it reported the spans of %d of %d workers",
			sum.count, session->workers);
	}
	if (session->units && sum.units != session->units) {
		return error_set(error, -EBADMSG,
			"it counted down %" PRIu64 " units instead of %" PRIu64, sum.units,
			session->units);
	}
	if (session->units && span_wall_ns(&sum) == 0) {
		return error_set(error, -EBADMSG, "it reported that its workers took no time");
	}
	return 0;
}
