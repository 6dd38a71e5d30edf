/*
 * See order_region.h. The worker that finds first that the window has passed, or that the log is
 * full, sets a flag for all. So a worker that gets the lock only afterwards appends nothing more, and
 * the last run is as long as the lock made it.
 */
#include "order_region.h"

#include "clock.h"
#include "mark_check.h"
#include "mark_pipe.h"
#include "shared.h"

#include <errno.h>

/* After so many marks a worker reads the clock. A power of 2. */
enum { CHECK_EVERY = 64 };

/* No mark takes less time, so that this tells how long a log may become. */
enum { MARK_MIN_NS = 5 };

/* Memory is taken as the log grows, so that this is a limit and no cost. */
static const size_t room_max = (size_t)1 << 27;
static const size_t room_min = (size_t)1 << 16;

/* A worker writes its own often. */
struct count {
	_Alignas(LOCKMODEL_CACHE_LINE) size_t appended;
};

/* Shared by the runner, the region process and its workers; the log follows. */
struct shared {
	_Alignas(LOCKMODEL_CACHE_LINE) int stop; /* atomic */
	int full;                                /* atomic */
	struct count counts[];
};

/* The context of the task. */
struct run {
	const struct order_job *job;
	struct shared *shared;
	struct mark_log *log;
	struct mark_pipe pipe; /* of processes */
};

static bool has_pipe(const struct run *run)
{
	return run->job->team == TEAM_PROCESSES;
}

/* --- workers --------------------------------------------------------------------------------- */

/* Relaxed: no other data depends on the flags. */
static void stop_all(const struct run *run, bool full)
{
	if (full) {
		__atomic_store_n(&run->shared->full, 1, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&run->shared->stop, 1, __ATOMIC_RELAXED);
}

static bool is_stopped(const struct run *run)
{
	return __atomic_load_n(&run->shared->stop, __ATOMIC_RELAXED);
}

/* 0, or a negative errno value: -ENOSPC if the log is full. */
static int append(const struct run *run, int worker, struct lockmodel_thread *thread)
{
	if (!has_pipe(run)) {
		return mark_log_append(run->log, worker) ? 0 : -ENOSPC;
	}
	lockmodel_begin_blocking(thread);
	int result = mark_pipe_write(&run->pipe, worker);
	lockmodel_end_blocking(thread);
	return result;
}

/* Computes and appends until the window has passed; begins with the first unit of its share. */
static int append_all(const struct run *run, int worker, struct lockmodel_thread *thread,
	struct worker_slot *slot)
{
	const struct workload *load = run->job->load;
	int64_t end_ns = slot->span.start_ns + run->job->window_ns;
	uint64_t next = load->units * (uint64_t)worker / (uint64_t)run->job->workers;
	size_t appended = 0;
	int result = 0;
	while (!is_stopped(run)) {
		slot->checksum += load->kernel->run_polling(load->data, next, 1, thread);
		next = next + 1 < load->units ? next + 1 : 0;
		result = append(run, worker, thread);
		if (result) {
			break;
		}
		appended++;
		if (appended % CHECK_EVERY == 0 && clock_now_ns() >= end_ns) {
			stop_all(run, false);
		}
	}
	run->shared->counts[worker].appended = appended;
	return result;
}

/* --- the task of the region ------------------------------------------------------------------ */

static int begin(void *context, struct error *error)
{
	struct run *run = context;
	return has_pipe(run) ? mark_pipe_open(&run->pipe, run->log, error) : 0;
}

static int end(void *context, struct error *error)
{
	struct run *run = context;
	return has_pipe(run) ? mark_pipe_close(&run->pipe, error) : 0;
}

static int run_worker(const struct worker_job *job, int worker, struct lockmodel_thread *thread,
	struct worker_slot *slot)
{
	const struct run *run = job->task->context;
	lockmodel_acquire(thread);
	int result = append_all(run, worker, thread, slot);
	if (result) {
		stop_all(run, result == -ENOSPC);
	}
	lockmodel_release(thread);
	if (result == 0 || result == -ENOSPC) {
		return 0;
	}
	if (result == -EPIPE) {
		return result; /* end() reports how the reader ended */
	}
	return error_system(&slot->error, result, "worker %d could not write a mark", worker);
}

static int run_region(struct run *run, const struct limits *limits, struct region_result *region,
	struct error *error)
{
	const struct order_job *job = run->job;
	struct worker_task task = { begin, end, run_worker, run };
	struct worker_job workers = {
		.team = job->team,
		.locks = job->locks,
		.lock = job->lock,
		.load = job->load,
		.placement = job->placement,
		.workers = job->workers,
		.task = &task,
	};
	return region_run(&workers, limits, region, error);
}

/* --- the result ------------------------------------------------------------------------------ */

static int check(const struct run *run, struct order_result *result, struct error *error)
{
	const struct order_job *job = run->job;
	size_t appended[MARK_LOG_WORKERS_MAX];
	struct mark_check found;
	for (int i = 0; i < job->workers; i++) {
		appended[i] = run->shared->counts[i].appended;
	}
	int failed = mark_check(run->log, appended, job->workers, job->may_lose, &found, error);
	*result = (struct order_result){
		.appended = found.appended,
		.lost = found.lost,
		.full = run->shared->full,
	};
	return failed;
}

static int sum_up(const struct run *run, struct order_result *result, struct error *error)
{
	int failed = check(run, result, error);
	if (failed) {
		return failed;
	}
	if (mark_log_find_runs(run->log, &result->runs)) {
		return error_set(error, -ENOMEM, "out of memory for the runs of %zu marks",
			result->appended);
	}
	return result->runs.runs > 0 ? 0
				     : error_set(error, -ENODATA, "no worker has appended a mark");
}

static size_t choose_room(const struct order_job *job)
{
	size_t room = (size_t)(job->window_ns / MARK_MIN_NS);
	room = room > room_min ? room : room_min;
	room = room < room_max ? room : room_max;
	return job->room ? job->room : room;
}

int order_region_run(const struct order_job *job, const struct limits *limits,
	struct region_result *region, struct order_result *result, struct error *error)
{
	size_t room = choose_room(job);
	size_t front = sizeof(struct shared) + (size_t)job->workers * sizeof(struct count);
	size_t size = front + mark_log_size(room);
	char *memory = shared_create(size, error);
	if (!memory) {
		return -ENOMEM;
	}
	struct run run = {
		.job = job,
		.shared = (struct shared *)memory,
		.log = (struct mark_log *)(memory + front),
	};
	mark_log_init(run.log, room);
	int failed = run_region(&run, limits, region, error);
	failed = failed ? failed : sum_up(&run, result, error);
	shared_destroy(memory, size);
	return failed;
}
