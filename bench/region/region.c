/*
 * See region.h. The caller, called the runner, forks the region process as a child (child.h). The
 * region process runs the team. Runner, region process and workers share a mapping that holds one
 * slot and one status per worker.
 */
#include "region.h"

#include "shared.h"
#include "thread_usage.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Shared memory. */
struct shared {
	struct team_gate gate;
	struct error error; /* why the team or the task failed; empty if only a worker knows */
	struct worker_slot slots[]; /* followed by as many statuses */
};

static size_t shared_size(int workers)
{
	size_t of_each = sizeof(struct worker_slot) + sizeof(struct team_status);
	return sizeof(struct shared) + (size_t)workers * of_each;
}

static struct team_status *status_of(struct shared *shared, int workers)
{
	return (struct team_status *)(shared->slots + workers);
}

/* --- in the region process ------------------------------------------------------------------- */

static int run_workers(const struct worker_job *job, struct shared *shared)
{
	struct worker_context context = { .job = job, .slots = shared->slots };
	struct team team = {
		.kind = job->team,
		.size = job->workers,
		.gate = &shared->gate,
		.status = status_of(shared, job->workers),
		.work = worker_run,
		.context = &context,
	};
	context.team = &team;
	if (job->locks == WORKER_ONE_LOCK) {
		context.shared_lock = lockmodel_create(job->lock);
		if (!context.shared_lock) {
			return error_system(&shared->error, -errno, "could not create the lock");
		}
	}
	return team_run(&team, &shared->error);
}

/* After a failure, locks and threads are not cleaned up: the process ends soon. */
static int run_task(const struct worker_job *job, struct shared *shared)
{
	const struct worker_task *task = job->task;
	struct error error = { "" };
	int result = task->begin(task->context, &shared->error);
	if (result) {
		return result;
	}
	result = run_workers(job, shared);
	int ended = task->end(task->context, &error);
	if (!shared->error.text[0]) {
		shared->error = error;
	}
	return result ? result : ended;
}

/* The context of the region process. */
struct region {
	const struct worker_job *job;
	struct shared *shared;
};

static int region_main(void *context)
{
	const struct region *region = context;
	int result = region->job->task ? run_task(region->job, region->shared)
				       : run_workers(region->job, region->shared);
	return result == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- in the runner --------------------------------------------------------------------------- */

/* A process that exits within a kernel may have exit status 0, too. */
static bool all_done(const struct worker_job *job, const struct shared *shared)
{
	int done = 0;
	for (int i = 0; i < job->workers; i++) {
		done += shared->slots[i].done;
	}
	return done == job->workers;
}

/* Fills in the error that a failed worker reported, or else that of the team or the task. */
static int find_reason(const struct worker_job *job, const struct shared *shared, int exit_status,
	struct error *error)
{
	for (int i = 0; i < job->workers; i++) {
		const struct worker_slot *slot = &shared->slots[i];
		if (slot->failed && slot->error.text[0]) {
			return error_set(error, -ECHILD, "%s", slot->error.text);
		}
	}
	if (shared->error.text[0]) {
		return error_set(error, -ECHILD, "%s", shared->error.text);
	}
	return error_set(error, -ECHILD, "a worker ended early with exit status %d", exit_status);
}

/* Turns the exit status of the region process into 0 or an error. */
static int check_status(
	const struct worker_job *job, const struct shared *shared, int status, struct error *error)
{
	int exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	if (exit_status == EXIT_SUCCESS && all_done(job, shared)) {
		return 0;
	}
	if (exit_status == EXIT_SUCCESS || exit_status == EXIT_FAILURE) {
		return find_reason(job, shared, exit_status, error);
	}
	char words[128];
	child_describe_status(words, sizeof(words), status);
	return error_set(error, -ECHILD, "the process with the workers %s", words);
}

static int run_shared(const struct worker_job *job, struct shared *shared,
	const struct limits *limits, struct error *error)
{
	struct region region = { job, shared };
	const struct child child = {
		.main = region_main,
		.context = &region,
		.limits = limits,
	};
	int status;
	int result = child_run(&child, &status, error);
	return result ? result : check_status(job, shared, status, error);
}

static void add_lock_stats(struct lockmodel_stats *sum, const struct lockmodel_stats *stats)
{
	sum->acquisitions += stats->acquisitions;
	sum->contended += stats->contended;
	sum->switches += stats->switches;
	sum->drop_requests += stats->drop_requests;
	sum->drops_honoured += stats->drops_honoured;
	sum->held_ns += stats->held_ns;
	sum->waited_ns += stats->waited_ns;
	sum->outside_ns += stats->outside_ns;
	if (stats->longest_wait_ns > sum->longest_wait_ns) {
		sum->longest_wait_ns = stats->longest_wait_ns;
	}
}

/*
 * Jain's fairness index over the fraction of its own run time for which each worker held the lock.
 * Total hold times would not show unfairness, since in the end all workers have done equal work and
 * held the lock for about as long. But a worker that gets the lock only after others have finished
 * has a longer run time, and so a smaller fraction, than they have.
 */
static double jain_index(const struct worker_slot *slots, int workers)
{
	double sum = 0;
	double squares = 0;
	int counted = 0;
	for (int i = 0; i < workers; i++) {
		double span = (double)(slots[i].span.end_ns - slots[i].span.start_ns);
		double share = span > 0 ? (double)slots[i].lock.held_ns / span : 0;
		if (!slots[i].excluded_from_fairness) {
			sum += share;
			squares += share * share;
			counted++;
		}
	}
	return squares > 0 ? sum * sum / (counted * squares) : 1;
}

static void sum_up(const struct worker_slot *slots, int workers, struct region_result *result)
{
	struct span_sum sum = { 0 };
	*result = (struct region_result){ 0 };
	for (int i = 0; i < workers; i++) {
		const struct worker_slot *slot = &slots[i];
		span_add(&sum, &slot->span);
		result->cpu_ns += slot->cpu_ns;
		result->checksum += slot->checksum;
		result->switches_voluntary += slot->switches_voluntary;
		result->switches_involuntary += slot->switches_involuntary;
		result->active_ns += slot->span.end_ns - slot->span.start_ns;
		result->migrations = thread_usage_sum(result->migrations, slot->migrations);
		result->runqueue_ns = thread_usage_sum(result->runqueue_ns, slot->runqueue_ns);
		add_lock_stats(&result->lock, &slot->lock);
	}
	result->wall_ns = span_wall_ns(&sum);
	result->start_skew_ns = span_skew_ns(&sum);
	result->jain_held = jain_index(slots, workers);
}

int region_run(const struct worker_job *job, const struct limits *limits,
	struct region_result *result, struct error *error)
{
	size_t size = shared_size(job->workers);
	struct shared *shared = shared_create(size, error);
	if (!shared) {
		return -ENOMEM;
	}
	int failed = run_shared(job, shared, limits, error);
	if (!failed) {
		sum_up(shared->slots, job->workers, result);
	}
	shared_destroy(shared, size);
	return failed;
}
