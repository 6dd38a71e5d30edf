/* See dialogue.h. */
#include "dialogue.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The stages of a dialogue: what has been said last. */
enum { NOTHING, GREETED, STARTED, READY, DONE };

size_t dialogue_size(int workers)
{
	return sizeof(struct dialogue) + (size_t)workers * sizeof(struct dialogue_span);
}

static int all_workers(const struct dialogue *dialogue)
{
	return dialogue->workers + dialogue->io;
}

static int refuse(const char *line, const char *expected, struct error *error)
{
	return error_set(
		error, -EBADMSG, "it printed '%.80s' where %s was expected", line, expected);
}

static int answer(const struct dialogue *dialogue, struct error *error)
{
	/* It may have ended meanwhile; then how it ended says more. */
	if (write(dialogue->answers, "\n", 1) < 0 && errno != EPIPE && errno != ECONNREFUSED) {
		return error_system(error, -errno, "answering it");
	}
	return 0;
}

/* Only a process that belongs to the program may be looked into, and bound. */
static int check_process(pid_t process, struct error *error)
{
	if (process > 0 && process != getpid() && getpgid(process) == getpgrp()) {
		return 0;
	}
	return error_set(error, -EBADMSG,
		"it speaks of process %d, which is not one of its own, or was given a process "
		"group of its own (as timeout and setsid do)",
		(int)process);
}

static int bind_task(struct dialogue *dialogue, pid_t task, int worker, struct error *error)
{
	int result = placement_bind_task(dialogue->placement, task, worker, error);
	if (result == -EPERM) {
		dialogue->unbound = true;
		return 0;
	}
	return result;
}

static int take_start(struct dialogue *dialogue, const char *line, struct error *error)
{
	int process;
	char rest;
	if (sscanf(line, "start %d%c", &process, &rest) != 1) {
		return refuse(line, "'start PROCESS'", error);
	}
	int result = check_process(process, error);
	if (!result) {
		tasks_find_new(&dialogue->seen, process);
		dialogue->last_process = process;
		dialogue->stage = STARTED;
		result = answer(dialogue, error);
	}
	return result;
}

static int open_gate(struct dialogue *dialogue, struct error *error)
{
	if (dialogue->announced < all_workers(dialogue)) {
		return error_set(error, -EBADMSG, "it is ready with %d of %d workers",
			dialogue->announced, all_workers(dialogue));
	}
	dialogue->stage = READY;
	int result = answer(dialogue, error);
	return result || !dialogue->ready ? result : dialogue->ready(dialogue->context, error);
}

/* Usage is counted from here on, process by process, each when it is known to wait at the gate. */
static void count_usage(struct dialogue *dialogue, pid_t process)
{
	if (process != dialogue->last_process) {
		tasks_add_usage(&dialogue->before, process);
	}
}

/* A worker is the thread that is new, or else the process's first. */
static int take_worker(struct dialogue *dialogue, const char *line, struct error *error)
{
	char kind[8];
	int worker;
	int process;
	char rest;
	if (sscanf(line, "%7s %d %d%c", kind, &worker, &process, &rest) != 3 ||
		(strcmp(kind, "thread") != 0 && strcmp(kind, "process") != 0) ||
		worker != dialogue->announced || worker >= all_workers(dialogue)) {
		return refuse(line, "the next worker, or 'ready',", error);
	}
	int result = check_process(process, error);
	if (result) {
		return result;
	}
	bool thread = kind[0] == 't';
	pid_t task = tasks_find_new(&dialogue->seen, process);
	if (thread && !task) {
		return error_set(error, -EBADMSG,
			"it speaks of worker %d, but has no thread more than before", worker);
	}
	dialogue->announced++;
	count_usage(dialogue, process);
	result = bind_task(dialogue, thread ? task : process, worker, error);
	return result ? result : answer(dialogue, error);
}

static int take_span(struct dialogue *dialogue, const char *line, struct error *error)
{
	int worker;
	struct dialogue_span span = { .told = true };
	char rest;
	if (sscanf(line, "span %d %" SCNd64 " %" SCNd64 " %" SCNu64 "%c", &worker, &span.start_ns,
		    &span.end_ns, &span.units, &rest) != 4 ||
		worker < 0 || worker >= dialogue->workers || span.start_ns < 0 ||
		span.end_ns < span.start_ns) {
		return refuse(line, "'span WORKER START END UNITS'", error);
	}
	if (dialogue->spans[worker].told) {
		return error_set(error, -EBADMSG, "it told twice of worker %d", worker);
	}
	dialogue->spans[worker] = span;
	return 0;
}

static int take_result(struct dialogue *dialogue, const char *line, struct error *error)
{
	if (strcmp(line, "done") == 0) {
		dialogue->stage = DONE;
		return dialogue->done ? dialogue->done(dialogue->context, error) : 0;
	}
	if (strncmp(line, "span ", 5) == 0) {
		return take_span(dialogue, line, error);
	}
	int result = dialogue->line ? dialogue->line(dialogue->context, line, error) : -ENOMSG;
	return result == -ENOMSG ? refuse(line, "a number that was measured, or 'done',", error)
				 : result;
}

static int take_greeting(struct dialogue *dialogue, const char *line, struct error *error)
{
	dialogue->stage = GREETED;
	return strcmp(line, "gilbench 1") == 0 ? 0 : refuse(line, "'gilbench 1'", error);
}

static int take_announcement(struct dialogue *dialogue, const char *line, struct error *error)
{
	if (strcmp(line, "ready") == 0) {
		tasks_add_usage(&dialogue->before, dialogue->last_process);
		return open_gate(dialogue, error);
	}
	return take_worker(dialogue, line, error);
}

int dialogue_take_line(void *context, char *line, struct error *error)
{
	struct dialogue *dialogue = context;
	exchange_make_printable(line);
	if (strncmp(line, "error ", 6) == 0) {
		return error_set(error, -ECHILD, "it says: %.200s", line + 6);
	}
	switch (dialogue->stage) {
	case NOTHING:
		return take_greeting(dialogue, line, error);
	case GREETED:
		return take_start(dialogue, line, error);
	case STARTED:
		return take_announcement(dialogue, line, error);
	case READY:
		return take_result(dialogue, line, error);
	default:
		return refuse(line, "nothing more", error);
	}
}

int dialogue_end(void *context, struct error *error)
{
	const struct dialogue *dialogue = context;
	int told = 0;
	for (int i = 0; i < dialogue->workers; i++) {
		told += dialogue->spans[i].told;
	}
	if (told < dialogue->workers) {
		return error_set(error, -EBADMSG, "it told the times of %d of %d workers", told,
			dialogue->workers);
	}
	return dialogue->stage == DONE
		       ? 0
		       : error_set(error, -EBADMSG, "it ended without the word 'done'");
}
