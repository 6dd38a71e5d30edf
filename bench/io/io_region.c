/*
 * See io_region.h. The region process forks the load generator before it creates the workers. The
 * I/O thread lets the load generator start once all workers have passed the gate, and stops the
 * workers when it has received the end marker.
 *
 * If the load generator dies, the I/O thread stops the workers, too; the region process, its
 * parent, then finds out why it died.
 */
#include "io_region.h"

#include "clock.h"
#include "shared.h"

#include <endian.h>
#include <errno.h>

/* About how often a worker looks at the flag that stops it. */
static const double chunk_s = 1e-3;

/* How often an I/O thread without messages looks whether the load generator is still there. */
static const int64_t check_ns = 100 * INT64_C(1000000);

/* Shared by the runner, the region process and its workers. */
struct shared {
	_Alignas(LOCKMODEL_CACHE_LINE) int stop; /* atomic */
	bool generator_ended;                    /* before its last message; written once */
	struct span spans[];                     /* followed by the arrivals */
};

/* The context of the task. */
struct run {
	const struct io_region_job *job;
	const struct io_loop *loop;
	struct loadgen *generator;
	struct transport transport; /* opened by the region process */
	struct shared *shared;
	struct arrivals *arrivals;
};

/* --- workers --------------------------------------------------------------------------------- */

uint64_t io_region_chunk_units(const struct workload *load)
{
	double units = load->turn_s > 0 ? chunk_s / load->turn_s : 1;
	return units > 1 ? (uint64_t)units : 1;
}

/* Computes units from the first one of the worker's share on, and after the last one from 0 on. */
static void compute(const struct run *run, int worker, struct lockmodel_thread *thread,
	struct worker_slot *slot)
{
	const struct workload *load = run->job->load;
	uint64_t chunk = io_region_chunk_units(load);
	uint64_t next = load->units * (uint64_t)worker / (uint64_t)run->job->workers;
	uint64_t done = 0;
	lockmodel_acquire(thread);
	/* Relaxed: no other data depends on the flag. */
	while (!__atomic_load_n(&run->shared->stop, __ATOMIC_RELAXED)) {
		slot->checksum += load->kernel->run_polling(load->data, next, chunk, thread);
		done += chunk;
		next = next + chunk < load->units ? next + chunk : 0;
	}
	lockmodel_release(thread);
	run->shared->spans[worker].units = done;
}

/* --- the I/O thread -------------------------------------------------------------------------- */

/*
 * Waits for a message without the lock. 0, or a negative errno value: -EPIPE or -ECONNREFUSED if
 * the load generator has ended.
 */
static int receive(
	const struct run *run, struct lockmodel_thread *lock, struct transport_message *message)
{
	int result;
	lockmodel_begin_blocking(lock);
	do {
		result = run->transport.type->receive(&run->transport, message);
		if (result == -EAGAIN && loadgen_has_ended(run->generator)) {
			result = -EPIPE;
		}
	} while (result == -EAGAIN || result == -EINTR);
	lockmodel_end_blocking(lock);
	return result;
}

/* Receives and processes messages up to the end marker. */
static int receive_all(const struct run *run, struct lockmodel_thread *lock, struct error *error)
{
	const struct io_thread thread = { &run->transport, lock, run->arrivals };
	for (;;) {
		struct transport_message message;
		int result = receive(run, lock, &message);
		int64_t now_ns = clock_now_ns();
		if (result) {
			return error_system(error, result, "could not receive a message");
		}
		if (le64toh(message.sequence) == LOADGEN_END) {
			return 0;
		}
		result = run->loop->process(&thread, &message, now_ns, error);
		if (result) {
			return result;
		}
	}
}

static int communicate(
	const struct run *run, struct lockmodel_thread *lock, struct worker_slot *slot)
{
	slot->excluded_from_fairness = true;
	if (run->transport.type->set_timeout) {
		run->transport.type->set_timeout(run->transport.worker, check_ns);
	}
	loadgen_go(run->generator);
	lockmodel_acquire(lock);
	int result = receive_all(run, lock, &slot->error);
	__atomic_store_n(&run->shared->stop, 1, __ATOMIC_RELAXED);
	lockmodel_release(lock);
	if (result == -EPIPE || result == -ECONNREFUSED) {
		run->shared->generator_ended = true;
		slot->error.text[0] = '\0'; /* end() reports how it ended */
	}
	return result;
}

/* --- the task of the region ------------------------------------------------------------------ */

static int begin(void *context, struct error *error)
{
	struct run *run = context;
	const struct transport_type *type = io_region_transport(run->job);
	if (run->loop->two_way && !type->answer) {
		return error_set(
			error, -EINVAL, "the transport '%s' cannot carry answers", type->form.name);
	}
	int result = transport_open(&run->transport, type, error);
	pid_t process = result ? result : loadgen_start(run->generator, &run->transport, error);
	return process < 0 ? (int)process : 0;
}

static int end(void *context, struct error *error)
{
	struct run *run = context;
	return run->shared->generator_ended ? loadgen_explain_end(run->generator, error)
					    : loadgen_stop(run->generator, error);
}

static int run_worker(const struct worker_job *job, int worker, struct lockmodel_thread *thread,
	struct worker_slot *slot)
{
	const struct run *run = job->task->context;
	if (worker == run->job->workers) {
		return communicate(run, thread, slot);
	}
	struct span *span = &run->shared->spans[worker];
	span->start_ns = clock_now_ns();
	compute(run, worker, thread, slot);
	span->end_ns = clock_now_ns();
	return 0;
}

static int run_region(struct run *run, const struct limits *limits, struct region_result *region,
	struct error *error)
{
	const struct io_region_job *job = run->job;
	struct worker_task task = { begin, end, run_worker, run };
	struct worker_job workers = {
		.team = job->team,
		.locks = job->locks,
		.lock = job->lock,
		.load = job->load,
		.placement = job->placement,
		.workers = job->workers + 1,
		.task = &task,
	};
	return region_run(&workers, limits, region, error);
}

/* --- the result ------------------------------------------------------------------------------ */

static double units_per_s(const struct span *spans, int workers)
{
	struct span_sum sum = { 0 };
	for (int i = 0; i < workers; i++) {
		span_add(&sum, &spans[i]);
	}
	return span_rate(&sum);
}

int io_region_sum_up(struct io_region_result *result, const struct io_region_job *job,
	const struct loadgen *generator, struct arrivals *arrivals, const struct span *spans,
	struct error *error)
{
	const struct io_loop *loop = io_loop(job->kind);
	*result = (struct io_region_result){ .units_per_s = units_per_s(spans, job->workers) };
	int failed = job->window_ns > 0 ? loop->sum_up(result, generator, arrivals, error) : 0;
	if (failed == -ENODATA) {
		error_set(error, failed, "none of the %zu messages sent %s", result->messages,
			loop->outcome);
	}
	return failed;
}

void io_region_finish(struct io_region_result *result)
{
	latency_finish(&result->latencies);
}

/* --- the job --------------------------------------------------------------------------------- */

const struct transport_type *io_region_transport(const struct io_region_job *job)
{
	return job->over ? job->over : transport_default(io_loop(job->kind)->two_way);
}

struct loadgen_job io_region_loadgen(const struct io_region_job *job, clockid_t clock)
{
	return io_loop(job->kind)->plan(job, clock);
}

static int run_shared(struct run *run, const struct limits *limits, struct region_result *region,
	struct io_region_result *result, struct error *error)
{
	int failed = run_region(run, limits, region, error);
	return failed ? failed
		      : io_region_sum_up(result, run->job, run->generator, run->arrivals,
				run->shared->spans, error);
}

static int run_with_generator(struct run *run, size_t messages, const struct limits *limits,
	struct region_result *region, struct io_region_result *result, struct error *error)
{
	size_t front = sizeof(struct shared) + (size_t)run->job->workers * sizeof(struct span);
	size_t size = front + arrivals_size(messages);
	char *memory = shared_create(size, error);
	if (!memory) {
		return -ENOMEM;
	}
	run->shared = (struct shared *)memory;
	run->arrivals = (struct arrivals *)(memory + front);
	arrivals_init(run->arrivals, messages);
	int failed = run_shared(run, limits, region, result, error);
	shared_destroy(memory, size);
	return failed;
}

int io_region_run(const struct io_region_job *job, const struct limits *limits,
	struct region_result *region, struct io_region_result *result, struct error *error)
{
	struct loadgen_job generated = io_region_loadgen(job, CLOCK_MONOTONIC);
	struct run run = {
		.job = job,
		.loop = io_loop(job->kind),
		.generator = loadgen_create(&generated, error),
	};
	*result = (struct io_region_result){ 0 };
	if (!run.generator) {
		return -ENOMEM;
	}
	int failed = run_with_generator(&run, generated.count, limits, region, result, error);
	loadgen_destroy(run.generator);
	return failed;
}
