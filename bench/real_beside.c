/*
 * See real_beside.h. The peer is a child of the process that listens to the interpreter: started
 * when the gate has been opened, and stopped when the program has told all.
 */
#include "real_beside.h"

#include "talk.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

/* What the dialogue is about, besides what it understands itself. */
struct run {
	const struct beside_job *job;
	struct peer *peer;
	struct link link;
	struct tally *tally;
};

/* --- in the process that listens ------------------------------------------------------------- */

static int start_peer(void *context, struct error *error)
{
	struct run *run = context;
	pid_t process = peer_start(run->peer, &run->link, error);
	if (process < 0) {
		return (int)process;
	}
	peer_go(run->peer);
	return 0;
}

static int stop_peer(void *context, struct error *error)
{
	struct run *run = context;
	return peer_stop(run->peer, error);
}

static int take_message(struct run *run, const char *line, struct error *error)
{
	uint64_t sequence;
	int64_t received_ns;
	char rest;
	if (sscanf(line, "message %" SCNu64 " %" SCNd64 "%c", &sequence, &received_ns, &rest) !=
		2) {
		return -ENOMSG;
	}
	if (sequence >= peer_result(run->peer)->sent || received_ns < 0) {
		return error_set(error, -EBADMSG,
			"it speaks of message %" PRIu64
			", which was not sent, or of a time that is "
			"none",
			sequence);
	}
	int64_t latency_ns = received_ns - peer_intended_ns(run->peer, sequence);
	if (latency_ns < 0) {
		return error_set(error, -EBADMSG,
			"it says that message %" PRIu64 " came before it was to be sent (or the "
			"system's clock was set back)",
			sequence);
	}
	tally_note(run->tally, sequence, latency_ns);
	return 0;
}

/* The peer counts the packets that came back; what the program says of them is for its readers. */
static int take_echoes(const char *line)
{
	uint64_t count;
	int64_t start_ns;
	int64_t end_ns;
	char rest;
	int got = sscanf(line, "echoes %" SCNu64 " %" SCNd64 " %" SCNd64 "%c", &count, &start_ns,
		&end_ns, &rest);
	return got == 3 ? 0 : -ENOMSG;
}

static int take_line(void *context, const char *line, struct error *error)
{
	struct run *run = context;
	return run->job->kind == BESIDE_CONVOY ? take_message(run, line, error) : take_echoes(line);
}

/* --- in the runner --------------------------------------------------------------------------- */

static int sum_up(const struct run *run, const struct dialogue *dialogue,
	struct beside_result *result, struct error *error)
{
	int workers = run->job->workers;
	size_t bytes = (size_t)(workers + 1) * sizeof(struct beside_span);
	struct beside_span *spans = aligned_alloc(LOCKMODEL_CACHE_LINE, bytes);
	if (!spans) {
		return error_set(error, -ENOMEM, "out of memory for %d workers", workers);
	}
	for (int i = 0; i < workers; i++) {
		const struct dialogue_span *span = &dialogue->spans[i];
		spans[i] = (struct beside_span){ span->start_ns, span->end_ns, span->units };
	}
	int failed = beside_sum_up(result, run->job, run->peer, run->tally, spans, error);
	free(spans);
	return failed;
}

static int talk_with(struct run *run, struct dialogue *dialogue, int64_t deadline_ns,
	const struct signals *signals, struct region_result *region, struct beside_result *result,
	struct error *error)
{
	const struct beside_job *job = run->job;
	dialogue->placement = job->placement;
	dialogue->io = true;
	dialogue->ready = start_peer;
	dialogue->line = take_line;
	dialogue->done = stop_peer;
	dialogue->context = run;
	struct talk talk = {
		.interpreter = job->work->interpreter,
		.experiment = job->kind == BESIDE_CONVOY ? "convoy" : "bandwidth",
		.way = "threads",
		.workers = job->workers,
		.units = beside_chunk_units(job->work),
		.input = run->link.worker,
		.answers = run->link.peer,
		.dialogue = dialogue,
	};
	int failed = talk_run(&talk, deadline_ns, signals, error);
	link_close_peer(&run->link);
	link_close_worker(&run->link);
	if (!failed) {
		talk_sum_up(&talk, region);
		failed = sum_up(run, dialogue, result, error);
	}
	return failed;
}

static int run_linked(struct run *run, size_t messages, int64_t deadline_ns,
	const struct signals *signals, struct region_result *region, struct beside_result *result,
	struct error *error)
{
	const struct beside_job *job = run->job;
	size_t dialogue_bytes = dialogue_size(job->workers);
	size_t tally_bytes = tally_size(messages);
	struct dialogue *dialogue = exchange_share(dialogue_bytes, error);
	run->tally = dialogue ? exchange_share(tally_bytes, error) : NULL;
	int failed = -ENOMEM;
	if (run->tally) {
		tally_init(run->tally, messages);
		failed = link_open(&run->link, beside_link(job), error);
	}
	if (!failed) {
		failed = talk_with(run, dialogue, deadline_ns, signals, region, result, error);
	}
	if (run->tally) {
		exchange_unshare(run->tally, tally_bytes);
	}
	if (dialogue) {
		exchange_unshare(dialogue, dialogue_bytes);
	}
	return failed;
}

int real_beside_run(const struct beside_job *job, int64_t deadline_ns,
	const struct signals *signals, struct region_result *region, struct beside_result *result,
	struct error *error)
{
	struct peer_job peer = beside_peer(job, interpreter_clock(job->work->interpreter));
	struct run run = { .job = job, .peer = peer_create(&peer, error) };
	*result = (struct beside_result){ 0 };
	if (!run.peer) {
		return -ENOMEM;
	}
	int failed = run_linked(&run, peer.count, deadline_ns, signals, region, result, error);
	peer_destroy(run.peer);
	return failed;
}
