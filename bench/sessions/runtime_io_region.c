/*
 * See runtime_io_region.h. The load generator is a child of the process that listens to the
 * program: it is started when the gate has been opened, and stopped when the program is done.
 */
#include "runtime_io_region.h"

#include "fields.h"
#include "program.h"
#include "shared.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* The context of a session. */
struct run {
	const struct io_region_job *job;
	const struct interpreter *interpreter;
	struct loadgen *loadgen;
	struct transport transport;
	struct arrivals *arrivals; /* of an open loop; in shared memory */
	bool echoes_reported;      /* of a closed loop; only the listening process sets it */
};

/* --- in the process that listens to the program ---------------------------------------------- */

static int start_loadgen(void *context, struct error *error)
{
	struct run *run = context;
	pid_t process = loadgen_start(run->loadgen, &run->transport, error);
	if (process < 0) {
		return (int)process;
	}
	loadgen_go(run->loadgen);
	return 0;
}

static int stop_loadgen(void *context, struct error *error)
{
	struct run *run = context;
	int result = loadgen_stop(run->loadgen, error);
	if (!result && run->job->kind == IO_CLOSED_LOOP && !run->echoes_reported) {
		result = error_set(error, -EBADMSG, "it did not report its echoes");
	}
	return result;
}

static int watch_loadgen(void *context)
{
	const struct run *run = context;
	return loadgen_watch(run->loadgen);
}

/* Over UDP, the program would wait for messages that never come. */
static int explain_loadgen(void *context, struct error *error)
{
	struct run *run = context;
	return loadgen_explain_end(run->loadgen, error);
}

static int take_message(
	struct run *run, const struct session *session, const char *line, struct error *error)
{
	int64_t numbers[2]; /* NUMBER RECEIVED */
	size_t sent = loadgen_result(run->loadgen)->sent;
	if (!fields_parse(line, "message", numbers, 2)) {
		return -ENOMSG;
	}
	uint64_t number = (uint64_t)numbers[0];
	if (number >= sent) {
		return error_set(error, -EBADMSG,
			"it reported message %" PRIu64 ", but only %zu were sent, from 0 on",
			number, sent);
	}
	if (!session_is_time(session, numbers[1])) {
		return error_set(error, -EBADMSG,
			"it reported that it received message %" PRIu64 " at %" PRId64
			" ns, which is not between the opening of the gate and now",
			number, numbers[1]);
	}
	int64_t latency_ns = numbers[1] - loadgen_intended_ns(run->loadgen, number);
	if (latency_ns < 0) {
		return error_set(error, -EBADMSG,
			"it reported that it received message %" PRIu64
			" before it was due (or the system's clock was set back)",
			number);
	}
	arrivals_note(run->arrivals, number, latency_ns);
	return 0;
}

/* The load generator counts the echoes itself; this report has only to agree. */
static int take_echoes(
	struct run *run, const struct session *session, const char *line, struct error *error)
{
	int64_t numbers[3]; /* COUNT START END */
	const struct loadgen_result *result = loadgen_result(run->loadgen);
	if (!fields_parse(line, "echoes", numbers, 3)) {
		return -ENOMSG;
	}
	if (run->echoes_reported) {
		return error_set(error, -EBADMSG, "it reported its echoes twice");
	}
	run->echoes_reported = true;
	if ((uint64_t)numbers[0] < result->answered || (uint64_t)numbers[0] > result->sent) {
		return error_set(error, -EBADMSG,
			"it reported %" PRId64 " echoes; %zu packets were sent and %zu came back",
			numbers[0], result->sent, result->answered);
	}
	if (!session_is_time(session, numbers[1]) || !session_is_time(session, numbers[2]) ||
		numbers[2] < numbers[1]) {
		return error_set(error, -EBADMSG,
			"it reported echoes from %" PRId64 " to %" PRId64
			" ns, which is not between the opening of the gate and now",
			numbers[1], numbers[2]);
	}
	return 0;
}

static int take_line(
	void *context, const struct session *session, const char *line, struct error *error)
{
	struct run *run = context;
	return run->job->kind == IO_OPEN_LOOP ? take_message(run, session, line, error)
					      : take_echoes(run, session, line, error);
}

/* --- in the caller --------------------------------------------------------------------------- */

static int run_program(struct run *run, const struct limits *limits, struct region_result *region,
	struct io_region_result *result, struct error *error)
{
	const struct io_region_job *job = run->job;
	struct span *spans;
	char workers[16];
	char units[24];
	const char *const arguments[] = { job->task, "threads", workers, units, NULL };
	snprintf(workers, sizeof(workers), "%d", job->workers);
	snprintf(units, sizeof(units), "%" PRIu64, io_region_chunk_units(job->load));
	struct program program = {
		.interpreter = run->interpreter,
		.placement = job->placement,
		.arguments = arguments,
		.workers = job->workers,
		.others = 1,
		.on_gate = start_loadgen,
		.on_line = take_line,
		.on_done = stop_loadgen,
		.watch = watch_loadgen,
		.on_event = explain_loadgen,
		.context = run,
		.input = run->transport.worker,
		.answers = run->transport.generator,
	};
	int failed = program_run(&program, limits, region, &spans, error);
	if (!failed) {
		failed = io_region_sum_up(result, job, run->loadgen, run->arrivals, spans, error);
		free(spans);
	}
	return failed;
}

static int run_connected(struct run *run, const struct limits *limits, struct region_result *region,
	struct io_region_result *result, struct error *error)
{
	int failed = transport_open(&run->transport, io_region_transport(run->job), error);
	if (failed) {
		return failed;
	}
	failed = run_program(run, limits, region, result, error);
	transport_close_generator(&run->transport);
	transport_close_worker(&run->transport);
	return failed;
}

int runtime_io_region_run(const struct io_region_job *job, const struct interpreter *interpreter,
	const struct limits *limits, struct region_result *region, struct io_region_result *result,
	struct error *error)
{
	struct loadgen_job load = io_region_loadgen(job, interpreter_clock(interpreter));
	size_t arrivals_bytes = arrivals_size(load.count);
	struct run run = {
		.job = job,
		.interpreter = interpreter,
		.loadgen = loadgen_create(&load, error),
	};
	int failed = -ENOMEM;
	*result = (struct io_region_result){ 0 };
	if (!run.loadgen) {
		return failed;
	}
	run.arrivals = shared_create(arrivals_bytes, error);
	if (run.arrivals) {
		arrivals_init(run.arrivals, load.count);
		failed = run_connected(&run, limits, region, result, error);
		shared_destroy(run.arrivals, arrivals_bytes);
	}
	loadgen_destroy(run.loadgen);
	return failed;
}
