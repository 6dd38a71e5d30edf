/* See cancel_region.h. The worker that stops the victims stops the others at the end, too. */
#include "cancel_region.h"

#include "clock.h"
#include "random.h"
#include "shared.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* How long the workers compute before the first victim. */
static const int64_t lead_ns = 5 * INT64_C(1000000);

/* About how often a worker that computes looks at the flag that stops it. */
static const double chunk_s = 1e-3;

/* Shared by the runner, the region process, its workers and the victims. */
struct shared {
	_Alignas(LOCKMODEL_CACHE_LINE) int stop; /* atomic */
	struct victim_shared victim;
	size_t count;
	struct victim_stop stops[CANCEL_STOPS_MAX];
};

/* The context of the task. */
struct run {
	const struct cancel_job *job;
	struct shared *shared;
};

/* --- workers that compute -------------------------------------------------------------------- */

static uint64_t chunk_units(const struct workload *load)
{
	double units = load->turn_s > 0 ? chunk_s / load->turn_s : 1;
	return units > 1 ? (uint64_t)units : 1;
}

static void compute(const struct run *run, int worker, struct lockmodel_thread *thread,
	struct worker_slot *slot)
{
	const struct workload *load = run->job->load;
	uint64_t chunk = chunk_units(load);
	uint64_t next = load->units * (uint64_t)worker / (uint64_t)run->job->workers;
	lockmodel_acquire(thread);
	/* Relaxed: no other data depends on the flag. */
	while (!__atomic_load_n(&run->shared->stop, __ATOMIC_RELAXED)) {
		slot->checksum += load->kernel->run_polling(load->data, next, chunk, thread);
		next = next + chunk < load->units ? next + chunk : 0;
	}
	lockmodel_release(thread);
}

/* --- the worker that stops victims ----------------------------------------------------------- */

/* From half the mean time to one and a half of it, so that no lock can keep in step. */
static int64_t random_time_ns(const struct run *run, uint64_t *state)
{
	uint64_t every = (uint64_t)run->job->every_ns;
	return (int64_t)(every / 2 + random_next(state) % (every + 1));
}

static int stop_victims(const struct run *run, struct lockmodel_thread *thread, struct error *error)
{
	const struct cancel_job *job = run->job;
	struct shared *shared = run->shared;
	uint64_t state = job->seed;
	int64_t run_ns = lead_ns;
	int64_t end_ns = clock_now_ns() + lead_ns + job->window_ns;
	struct victim victim = {
		.kind = job->team,
		.way = job->way,
		.lock = job->lock,
		.load = job->load,
		.starter = thread,
		.shared = &shared->victim,
	};
	int result = 0;
	do {
		run_ns += random_time_ns(run, &state);
		result = victim_start(&victim, run_ns, error);
		if (!result) {
			result = victim_stop(&victim, &shared->stops[shared->count], error);
		}
		shared->count += !result;
		run_ns = 0;
	} while (!result && shared->count < CANCEL_STOPS_MAX && clock_now_ns() < end_ns);
	return result;
}

/* --- the task of the region ------------------------------------------------------------------ */

static int begin(void *context, struct error *error)
{
	(void)context;
	(void)error;
	return 0;
}

static int end(void *context, struct error *error)
{
	(void)context;
	(void)error;
	return 0;
}

static int run_worker(const struct worker_job *job, int worker, struct lockmodel_thread *thread,
	struct worker_slot *slot)
{
	const struct run *run = job->task->context;
	if (worker < run->job->workers) {
		compute(run, worker, thread, slot);
		return 0;
	}
	slot->excluded_from_fairness = true;
	lockmodel_acquire(thread);
	int result = stop_victims(run, thread, &slot->error);
	__atomic_store_n(&run->shared->stop, 1, __ATOMIC_RELAXED);
	lockmodel_release(thread);
	return result;
}

static int run_region(struct run *run, const struct limits *limits, struct region_result *region,
	struct error *error)
{
	const struct cancel_job *job = run->job;
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

static int copy(const struct shared *shared, struct cancel_result **result, struct error *error)
{
	size_t size = shared->count * sizeof(shared->stops[0]);
	*result = malloc(sizeof(**result) + size);
	if (!*result) {
		return error_set(
			error, -ENOMEM, "out of memory for the times of %zu stops", shared->count);
	}
	(*result)->count = shared->count;
	memcpy((*result)->stops, shared->stops, size);
	return 0;
}

int cancel_region_run(const struct cancel_job *job, const struct limits *limits,
	struct region_result *region, struct cancel_result **result, struct error *error)
{
	struct shared *shared = shared_create(sizeof(*shared), error);
	if (!shared) {
		return -ENOMEM;
	}
	struct run run = { job, shared };
	int failed = run_region(&run, limits, region, error);
	failed = failed ? failed : copy(shared, result, error);
	shared_destroy(shared, sizeof(*shared));
	return failed;
}
