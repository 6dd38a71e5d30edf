/*
 * See beside.h. The peer is forked by the region process, before the workers; it begins when the
 * last worker is through the gate, and all stop when that has read the peer's end marker.
 */
#include "beside.h"

#include "clock.h"

#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* The workers look at the flag about so often. */
static const double chunk_s = 1e-3;

/* How long the last message may take at least: longer than any lock lets one wait that keeps up. */
static const int64_t patience_ns = 2 * INT64_C(1000000000);

/* What the runner, the region process and its workers share. */
struct shared {
	_Alignas(LOCKMODEL_CACHE_LINE) int stop; /* atomic */
	struct beside_span spans[];              /* and behind them the tally */
};

/* The context of the task. */
struct run {
	const struct beside_job *job;
	struct peer *peer;
	struct link link; /* once the region process has begun */
	struct shared *shared;
	struct tally *tally; /* of a convoy */
};

/* --- the workers that compute ---------------------------------------------------------------- */

uint64_t beside_chunk_units(const struct work *work)
{
	double units = work->turn_s > 0 ? chunk_s / work->turn_s : 1;
	return units > 1 ? (uint64_t)units : 1;
}

/* The units of the work, from this worker's share on and round in a circle. */
static void compute(const struct run *run, int worker, struct lockmodel_thread *thread,
	struct worker_slot *slot)
{
	const struct work *work = run->job->work;
	uint64_t chunk = beside_chunk_units(work);
	uint64_t next = work->units * (uint64_t)worker / (uint64_t)run->job->workers;
	uint64_t done = 0;
	lockmodel_acquire(thread);
	/* Relaxed: nothing that was written before it is read. */
	while (!__atomic_load_n(&run->shared->stop, __ATOMIC_RELAXED)) {
		slot->checksum += work->kernel->run_polling(work->data, next, chunk, thread);
		done += chunk;
		next = next + chunk < work->units ? next + chunk : 0;
	}
	lockmodel_release(thread);
	run->shared->spans[worker].units = done;
}

/* --- the worker beside them ------------------------------------------------------------------ */

/* Waits for a message, as a thread does that lets others run meanwhile. 0 or an error. */
static int receive(const struct run *run, struct lockmodel_thread *thread,
	struct peer_message *message, struct error *error)
{
	ssize_t got;
	int code;
	do {
		lockmodel_begin_blocking(thread);
		got = read(run->link.worker, message, sizeof(*message));
		code = errno;
		lockmodel_end_blocking(thread);
	} while (got < 0 && code == EINTR);
	if (got < 0) {
		return error_system(error, -code, "could not read a message");
	}
	if (got != (ssize_t)sizeof(*message)) {
		return error_set(error, -EPIPE, "the peer went away before its last message");
	}
	return 0;
}

/* Sends the message back, likewise. */
static int answer(const struct run *run, struct lockmodel_thread *thread,
	const struct peer_message *message, struct error *error)
{
	lockmodel_begin_blocking(thread);
	ssize_t put = write(run->link.worker, message, sizeof(*message));
	int code = errno;
	lockmodel_end_blocking(thread);
	return put == (ssize_t)sizeof(*message)
		       ? 0
		       : error_system(error, -code, "could not answer a packet");
}

static int take_messages(
	const struct run *run, struct lockmodel_thread *thread, struct error *error)
{
	for (;;) {
		struct peer_message message;
		int result = receive(run, thread, &message, error);
		int64_t now_ns = clock_now_ns();
		uint64_t sequence = le64toh(message.sequence);
		if (result || sequence == PEER_END) {
			return result;
		}
		if (run->job->kind == BESIDE_CONVOY) {
			int64_t intended_ns = (int64_t)le64toh(message.intended_ns);
			tally_note(run->tally, sequence, now_ns - intended_ns);
		} else if ((result = answer(run, thread, &message, error))) {
			return result;
		}
	}
}

static int communicate(
	const struct run *run, struct lockmodel_thread *thread, struct worker_slot *slot)
{
	slot->aside = true;
	peer_go(run->peer);
	lockmodel_acquire(thread);
	int result = take_messages(run, thread, &slot->error);
	__atomic_store_n(&run->shared->stop, 1, __ATOMIC_RELAXED);
	lockmodel_release(thread);
	return result;
}

/* --- the task -------------------------------------------------------------------------------- */

static int begin(void *context, struct error *error)
{
	struct run *run = context;
	int result = link_open(&run->link, beside_link(run->job), error);
	pid_t peer = result ? result : peer_start(run->peer, &run->link, error);
	return peer < 0 ? (int)peer : 0;
}

static int end(void *context, struct error *error)
{
	struct run *run = context;
	return peer_stop(run->peer, error);
}

static int run_worker(const struct worker_job *job, int worker, struct lockmodel_thread *thread,
	struct worker_slot *slot)
{
	const struct run *run = job->task->context;
	if (worker == run->job->workers) {
		return communicate(run, thread, slot);
	}
	struct beside_span *span = &run->shared->spans[worker];
	span->start_ns = clock_now_ns();
	compute(run, worker, thread, slot);
	span->end_ns = clock_now_ns();
	return 0;
}

static int run_region(struct run *run, int64_t deadline_ns, const struct signals *signals,
	struct region_result *region, struct error *error)
{
	const struct beside_job *job = run->job;
	struct worker_task task = { begin, end, run_worker, run };
	struct worker_job workers = {
		.mode = job->mode,
		.kernel = job->work->kernel,
		.data = job->work->data,
		.lock = job->lock,
		.placement = job->placement,
		.workers = job->workers + 1,
		.units = job->work->units,
		.task = &task,
	};
	return region_run(&workers, deadline_ns, signals, region, error);
}

/* --- results --------------------------------------------------------------------------------- */

/* As with a region's time: from the first one's start to the last one's end. */
static double units_per_s(const struct beside_span *spans, int workers)
{
	double units = 0;
	int64_t first_ns = INT64_MAX;
	int64_t last_ns = INT64_MIN;
	for (int i = 0; i < workers; i++) {
		units += (double)spans[i].units;
		first_ns = spans[i].start_ns < first_ns ? spans[i].start_ns : first_ns;
		last_ns = spans[i].end_ns > last_ns ? spans[i].end_ns : last_ns;
	}
	return last_ns > first_ns ? units * 1e9 / (double)(last_ns - first_ns) : 0;
}

static int sum_up_convoy(
	struct beside_result *result, const struct peer_result *peer, struct tally *tally)
{
	struct latency late = { 0 };
	for (size_t i = 0; i < peer->sent; i++) {
		if (peer->unread_ns[i]) {
			tally_note(tally, i, peer->unread_ns[i]);
			result->unread++;
		}
	}
	tally_close(tally);
	result->messages = peer->sent;
	result->lost = peer->sent > tally->arrived ? peer->sent - tally->arrived : 0;
	result->duplicated = tally->duplicated;
	if (latency_add(&late, peer->late_ns, peer->sent) ||
		latency_add(&result->latencies, tally->latency_ns, tally->arrived)) {
		latency_finish(&late);
		return -ENOMEM;
	}
	if (late.count) {
		latency_sort(&late);
		result->late_p50_ns = latency_percentile(&late, 500);
		result->late_max_ns = latency_percentile(&late, 1000);
	}
	latency_finish(&late);
	return 0;
}

static void sum_up_bandwidth(struct beside_result *result, const struct peer_result *peer)
{
	int64_t span_ns = peer->last_ns - peer->first_ns;
	result->messages = peer->sent;
	result->packets = peer->answered;
	result->lost = peer->lost;
	result->duplicated = peer->duplicated;
	result->packets_per_s = span_ns > 0 ? (double)peer->answered * 1e9 / (double)span_ns : 0;
}

int beside_sum_up(struct beside_result *result, const struct beside_job *job,
	const struct peer *peer, struct tally *tally, const struct beside_span *spans,
	struct error *error)
{
	bool convoy = job->kind == BESIDE_CONVOY;
	*result = (struct beside_result){ .units_per_s = units_per_s(spans, job->workers) };
	if (!convoy) {
		sum_up_bandwidth(result, peer_result(peer));
	} else if (sum_up_convoy(result, peer_result(peer), tally)) {
		return error_set(error, -ENOMEM, "out of memory for %zu latencies", tally->arrived);
	}
	if (convoy ? tally->arrived == result->unread : !(result->packets_per_s > 0)) {
		return error_set(error, -ENODATA, "none of the %zu messages sent %s",
			result->messages, convoy ? "arrived" : "was answered");
	}
	return 0;
}

void beside_finish(struct beside_result *result)
{
	latency_finish(&result->latencies);
}

enum link_kind beside_link(const struct beside_job *job)
{
	return job->kind == BESIDE_CONVOY ? job->over : LINK_UDP;
}

struct peer_job beside_peer(const struct beside_job *job, clockid_t clock)
{
	if (job->kind == BESIDE_BANDWIDTH) {
		return (struct peer_job){
			.kind = PEER_ECHO,
			.clock = clock,
			.duration_ns = job->window_ns,
		};
	}
	int64_t count = job->window_ns / job->every_ns;
	return (struct peer_job){
		.kind = PEER_SENDER,
		.clock = clock,
		.every_ns = job->every_ns,
		.count = (size_t)(count > 0 ? count : 1),
		.patience_ns = job->window_ns > patience_ns ? job->window_ns : patience_ns,
	};
}

/* --- all ------------------------------------------------------------------------------------- */

static int run_shared(struct run *run, int64_t deadline_ns, const struct signals *signals,
	struct region_result *region, struct beside_result *result, struct error *error)
{
	int failed = run_region(run, deadline_ns, signals, region, error);
	return failed ? failed
		      : beside_sum_up(
				result, run->job, run->peer, run->tally, run->shared->spans, error);
}

static int run_with_peer(struct run *run, size_t messages, int64_t deadline_ns,
	const struct signals *signals, struct region_result *region, struct beside_result *result,
	struct error *error)
{
	size_t front =
		sizeof(struct shared) + (size_t)run->job->workers * sizeof(struct beside_span);
	size_t size = front + tally_size(messages);
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED) {
		return error_system(error, -errno, "no shared memory for %zu messages", messages);
	}
	run->shared = (struct shared *)memory;
	run->tally = (struct tally *)(memory + front);
	tally_init(run->tally, messages);
	int failed = run_shared(run, deadline_ns, signals, region, result, error);
	munmap(memory, size);
	return failed;
}

int beside_run(const struct beside_job *job, int64_t deadline_ns, const struct signals *signals,
	struct region_result *region, struct beside_result *result, struct error *error)
{
	struct peer_job peer = beside_peer(job, CLOCK_MONOTONIC);
	struct run run = { .job = job, .peer = peer_create(&peer, error) };
	*result = (struct beside_result){ 0 };
	if (!run.peer) {
		return -ENOMEM;
	}
	int failed = run_with_peer(&run, peer.count, deadline_ns, signals, region, result, error);
	peer_destroy(run.peer);
	return failed;
}
