/* See run_process.h. */
#include "run_process.h"

#include "clock.h"
#include "launch.h"
#include "record.h"
#include "run_order.h"
#include "signals.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COMPLAINT_MAX = 256 };

/* A run under way. */
struct receiver {
	const struct run_process *run;
	struct launch launch;
	struct record_buffer buffer;
	bool agreed;       /* it measures the rows of this plan */
	struct error told; /* its own error; empty if it told none */
	char complaint
		[COMPLAINT_MAX]; /* what it wrote to standard error, as far as there is room */
	size_t complaint_length;
	bool broken;              /* it sent something else than a run does */
	struct error interrupted; /* by which signal; empty if by none */
	int64_t kill_ns;          /* when to kill it; 0: never */
	bool late;                /* that time has come */
};

/* --- the order ------------------------------------------------------------------------------- */

static void put_order(const struct run_process *run, struct record_buffer *buffer)
{
	const struct plan *plan = run->plan;
	const struct run_order order = { run->number, run->seed, plan->count, plan->work_count };
	record_begin(buffer, RECORD_ORDER);
	record_put(buffer, &order, sizeof(order));
	for (size_t i = 0; i < plan->count; i++) {
		record_put(buffer, &plan->rows[i].timed_out, sizeof(bool));
	}
	for (size_t i = 0; i < plan->work_count; i++) {
		const struct work *work = plan->works[i];
		const struct run_work known = {
			.index = i,
			.known = work->adopted,
			.units = work->load.units,
			.checksum = work->load.checksum,
			.turn_s = work->load.turn_s,
			.error = work->error,
		};
		record_put(buffer, &known, sizeof(known));
	}
}

/* The order as a file to read: a pipe could be too small for it. */
static int open_order(const struct run_process *run, struct error *error)
{
	struct record_buffer buffer = { 0 };
	int fd = memfd_create("gilbench-run", MFD_CLOEXEC);
	int result = fd < 0 ? -errno : 0;
	put_order(run, &buffer);
	result = result ? result : record_send(&buffer, fd);
	record_finish(&buffer);
	if (!result && lseek(fd, 0, SEEK_SET) == 0) {
		return fd;
	}
	if (fd >= 0) {
		close(fd);
	}
	return error_system(error, result ? result : -errno, "could not write the order of a run");
}

/* --- records --------------------------------------------------------------------------------- */

static bool take_plan(struct receiver *receiver, struct record *record)
{
	struct run_plan theirs;
	struct run_plan ours;
	run_plan_describe(receiver->run->plan, receiver->run->runs, &ours);
	receiver->agreed = record_get(record, &theirs, sizeof(theirs)) &&
			   memcmp(&theirs, &ours, sizeof(ours)) == 0;
	return receiver->agreed;
}

static bool take_work(const struct run_process *run, struct record *record)
{
	struct run_work found;
	if (!record_get(record, &found, sizeof(found)) || found.index >= run->plan->work_count) {
		return false;
	}
	const struct workload load = {
		.units = found.units, .checksum = found.checksum, .turn_s = found.turn_s
	};
	if (found.known) {
		work_adopt(run->plan->works[found.index], &load, &found.error);
	}
	return true;
}

static bool take_counters(
	struct plan *plan, struct sample *sample, size_t count, struct record *record)
{
	for (size_t i = 0; i < count; i++) {
		struct run_counter counter;
		if (!record_get(record, &counter, sizeof(counter))) {
			return false;
		}
		counter.name[sizeof(counter.name) - 1] = '\0';
		const char *name = plan_intern(plan, counter.name);
		if (!name || counters_add(&sample->counters, name, counter.value)) {
			return false;
		}
	}
	return true;
}

static bool take_marks(struct plan *plan, struct sample *sample, struct run_sample *sent)
{
	for (size_t i = 0; i < SAMPLE_MARKS_MAX; i++) {
		char *mark = sent->marks[i];
		mark[RUN_NAME_MAX - 1] = '\0';
		sample->marks[i] = mark[0] ? plan_intern(plan, mark) : NULL;
		if (mark[0] && !sample->marks[i]) {
			return false;
		}
	}
	return true;
}

static bool take_latencies(struct sample *sample, size_t count, struct record *record)
{
	if (count == 0) {
		return true;
	}
	int64_t *ns = count <= record->left / sizeof(*ns) ? malloc(count * sizeof(*ns)) : NULL;
	bool ok = ns && record_get(record, ns, count * sizeof(*ns)) &&
		  latency_add(&sample->latencies, ns, count) == 0;
	free(ns);
	return ok;
}

static bool take_sample(const struct run_process *run, struct record *record)
{
	struct plan *plan = run->plan;
	struct run_sample sent;
	if (!record_get(record, &sent, sizeof(sent)) || sent.row >= plan->count) {
		return false;
	}
	struct row *row = &plan->rows[sent.row];
	size_t share = row->wanted / run->runs;
	if (sent.number >= share) {
		return false;
	}
	struct sample *sample = &row->samples[(size_t)(run->number - 1) * share + sent.number];
	*sample = sent.sample;
	sample->counters = (struct counters){ 0 };
	sample->latencies.ns = NULL;
	sample->latencies.count = 0;
	sample->order = plan->taken++;
	plan->began_ns = plan->began_ns ? plan->began_ns : sample->start_ns;
	row->timed_out = row->timed_out || sent.timed_out;
	bool ok = take_marks(plan, sample, &sent) &&
		  take_counters(plan, sample, sent.counters, record) &&
		  take_latencies(sample, sent.latencies, record);
	if (ok && run->taken) {
		run->taken(run->context, row);
	}
	return ok;
}

static bool take_record(struct receiver *receiver, struct record *record)
{
	if (!receiver->agreed) {
		return record->kind == RECORD_PLAN && take_plan(receiver, record);
	}
	switch (record->kind) {
	case RECORD_WORK:
		return take_work(receiver->run, record);
	case RECORD_SAMPLE:
		return take_sample(receiver->run, record);
	case RECORD_ERROR:
		return record_get(record, &receiver->told, sizeof(receiver->told));
	case RECORD_ORDER:
	case RECORD_PLAN:
		break;
	}
	return false;
}

/* --- waiting --------------------------------------------------------------------------------- */

/*
 * Asks the process to end, by a signal that it does not ignore. It ends its own children first, and is
 * killed if that takes too long.
 */
static void end_process(struct receiver *receiver, int number)
{
	if (!receiver->kill_ns) {
		kill(receiver->launch.process, number);
		receiver->kill_ns = clock_now_ns() + INT64_C(2000000) * CHILD_PATIENCE_MS;
	}
}

static void give_up(struct receiver *receiver)
{
	receiver->broken = true;
	error_set(&receiver->told, -EPROTO, "%s",
		receiver->agreed ? "it sent a record that cannot be used"
				 : "it has other rows (is an interpreter missing now, or was the "
				   "program replaced?)");
	end_process(receiver, SIGTERM);
}

/* Takes what has arrived. False at the end. */
static bool receive(struct receiver *receiver)
{
	struct record record;
	long got = record_receive(&receiver->buffer, receiver->launch.output);
	if (got < 0) {
		error_system(&receiver->told, (int)got, "its samples could not be received");
	}
	while (got > 0 && record_take(&receiver->buffer, &record)) {
		if (!receiver->broken && !take_record(receiver, &record)) {
			give_up(receiver);
		}
	}
	return got > 0;
}

/* False at the end. */
static bool receive_complaint(struct receiver *receiver)
{
	char rest[512];
	size_t room = sizeof(receiver->complaint) - 1 - receiver->complaint_length;
	ssize_t got = room ? read(receiver->launch.errors,
				     receiver->complaint + receiver->complaint_length, room)
			   : read(receiver->launch.errors, rest, sizeof(rest));
	receiver->complaint_length += room && got > 0 ? (size_t)got : 0;
	return got > 0;
}

static void interrupt(struct receiver *receiver, int number)
{
	if (number && !receiver->interrupted.text[0]) {
		error_set(&receiver->interrupted, -EINTR, "interrupted by SIG%s",
			sigabbrev_np(number));
		end_process(receiver, number);
	}
}

static int wait_ms(const struct receiver *receiver)
{
	if (!receiver->kill_ns) {
		return -1;
	}
	int64_t left_ns = receiver->kill_ns - clock_now_ns();
	return left_ns > 0 ? (int)(left_ns / 1000000) + 1 : 0;
}

/* Receives until the process closes its output. */
static void receive_all(struct receiver *receiver)
{
	const struct signals *signals = receiver->run->signals;
	struct pollfd fds[] = {
		{ .fd = receiver->launch.output, .events = POLLIN },
		{ .fd = receiver->launch.errors, .events = POLLIN },
		{ .fd = signals ? signals->fd : -1, .events = POLLIN },
	};
	while (fds[0].fd >= 0) {
		if (poll(fds, sizeof(fds) / sizeof(fds[0]), wait_ms(receiver)) == 0) {
			receiver->late = true;
			return;
		}
		if (fds[0].revents && !receive(receiver)) {
			fds[0].fd = -1;
		}
		if (fds[1].revents && !receive_complaint(receiver)) {
			fds[1].fd = -1;
		}
		if (fds[2].revents) {
			interrupt(receiver, signals_take(signals));
		}
	}
}

/* --- all ------------------------------------------------------------------------------------- */

static void set_reason(const struct receiver *receiver, int status, struct error *reason)
{
	char end[128];
	char *line = strchrnul(receiver->complaint, '\n');
	int length = (int)(line - receiver->complaint);
	child_describe_status(end, sizeof(end), status);
	error_set(reason, -ECHILD, "run %d is incomplete: %s%s%.*s", receiver->run->number,
		receiver->told.text[0] ? receiver->told.text : end, length ? ": " : "",
		receiver->told.text[0] ? 0 : length, receiver->complaint);
}

static void mark_missing(const struct run_process *run, const struct error *reason)
{
	for (size_t i = 0; i < run->plan->count; i++) {
		struct row *row = &run->plan->rows[i];
		size_t share = row->in_process ? 0 : row->wanted / run->runs;
		for (size_t k = 0; k < share; k++) {
			struct sample *sample =
				&row->samples[(size_t)(run->number - 1) * share + k];
			sample->run = run->number;
			if (!sample->measured && !sample->error.text[0]) {
				sample->error = *reason;
			}
		}
	}
}

static int finish(struct receiver *receiver)
{
	int status = 0;
	if (receiver->late) {
		kill(receiver->launch.process, SIGKILL);
	}
	while (waitpid(receiver->launch.process, &status, 0) < 0 && errno == EINTR) {
	}
	close(receiver->launch.output);
	close(receiver->launch.errors);
	if (receiver->launch.ended >= 0) {
		close(receiver->launch.ended);
	}
	record_finish(&receiver->buffer);
	return status;
}

static int start(const struct run_process *run, struct launch *launch, struct error *error)
{
	int order = open_order(run, error);
	if (order < 0) {
		return order;
	}
	int result = launch_program(run->words, order, run->signals, launch, error);
	close(order);
	return result;
}

int run_process(const struct run_process *run, struct error *error)
{
	struct receiver receiver = { .run = run };
	struct error reason;
	if (start(run, &receiver.launch, &reason)) {
		mark_missing(run, &reason);
		return 0;
	}
	receive_all(&receiver);
	int status = finish(&receiver);
	if (receiver.interrupted.text[0]) {
		return error_set(error, -EINTR, "%s", receiver.interrupted.text);
	}
	set_reason(&receiver, status, &reason);
	mark_missing(run, &reason);
	return 0;
}
