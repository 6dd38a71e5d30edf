/*
 * See region.h. The region process is a child (child.h); runner and workers share a mapping, in
 * which each worker has its slot.
 */
#include "region.h"

#include "child.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* What runner and region process share. */
struct shared {
	struct team_gate gate;
	struct error error; /* why the team failed, unless a worker left word in its slot */
	struct worker_slot slots[];
};

static size_t shared_size(int workers)
{
	return sizeof(struct shared) + (size_t)workers * sizeof(struct worker_slot);
}

/* --- in the region process ------------------------------------------------------------------- */

static int run_workers(const struct worker_job *job, struct shared *shared)
{
	struct worker_context context = { .job = job, .slots = shared->slots };
	struct team team = {
		.kind = job->mode->team,
		.size = job->workers,
		.gate = &shared->gate,
		.work = worker_run,
		.context = &context,
	};
	context.team = &team;
	if (job->mode->locks == MODE_ONE_LOCK) {
		context.shared_lock = lockmodel_create(job->lock);
		if (!context.shared_lock) {
			return error_system(&shared->error, -errno, "could not make the lock");
		}
	}
	return team_run(&team, &shared->error);
}

/* After a failure nothing is ended in an orderly way: the process ends, and takes all with it. */
static int run_team(const struct worker_job *job, struct shared *shared)
{
	const struct worker_task *task = job->task;
	int result = task ? task->begin(task->context, &shared->error) : 0;
	result = result ? result : run_workers(job, shared);
	return result || !task ? result : task->end(task->context, &shared->error);
}

/* What the region process is forked with. */
struct region {
	const struct worker_job *job;
	struct shared *shared;
};

static int region_main(void *context)
{
	const struct region *region = context;
	return run_team(region->job, region->shared) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- in the runner --------------------------------------------------------------------------- */

/* A kernel may have ended the process with the status of success. */
static bool all_done(const struct worker_job *job, const struct shared *shared)
{
	int done = 0;
	for (int i = 0; i < job->workers; i++) {
		done += shared->slots[i].done;
	}
	return done == job->workers;
}

/* The reason that a failed worker gave, or else the team's. */
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

/* What the status of the region process means. */
static int judge(
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
	team_describe_status(words, sizeof(words), status);
	return error_set(error, -ECHILD, "the process with the workers %s", words);
}

static int run_shared(const struct worker_job *job, struct shared *shared, int64_t deadline_ns,
	const struct signals *signals, struct error *error)
{
	struct region region = { job, shared };
	struct child child = { region_main, &region, deadline_ns, signals };
	int status;
	int result = child_run(&child, &status, error);
	return result ? result : judge(job, shared, status, error);
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
 * All workers do the same work in the end, and hold the lock about equally long for it. How fairly
 * they had it meanwhile shows in the share of its own time that each held it: a worker that is let
 * in only when others are through has a smaller one than those.
 */
static double jain_index(const struct worker_slot *slots, int workers)
{
	double sum = 0;
	double squares = 0;
	int sharing = 0;
	for (int i = 0; i < workers; i++) {
		double span = (double)(slots[i].end_ns - slots[i].start_ns);
		double share = span > 0 ? (double)slots[i].lock.held_ns / span : 0;
		if (!slots[i].aside) {
			sum += share;
			squares += share * share;
			sharing++;
		}
	}
	return squares > 0 ? sum * sum / (sharing * squares) : 1;
}

static void sum_up(const struct worker_slot *slots, int workers, struct region_result *result)
{
	int64_t first_start = slots[0].start_ns;
	int64_t last_start = slots[0].start_ns;
	int64_t last_end = slots[0].end_ns;
	*result = (struct region_result){ 0 };
	for (int i = 0; i < workers; i++) {
		const struct worker_slot *slot = &slots[i];
		first_start = slot->start_ns < first_start ? slot->start_ns : first_start;
		last_start = slot->start_ns > last_start ? slot->start_ns : last_start;
		last_end = slot->end_ns > last_end ? slot->end_ns : last_end;
		result->cpu_ns += slot->cpu_ns;
		result->checksum += slot->checksum;
		result->switches_voluntary += slot->switches_voluntary;
		result->switches_involuntary += slot->switches_involuntary;
		result->migrations = slot->migrations < 0 || result->migrations < 0
					     ? -1
					     : result->migrations + slot->migrations;
		add_lock_stats(&result->lock, &slot->lock);
	}
	result->wall_ns = last_end - first_start;
	result->start_skew_ns = last_start - first_start;
	result->jain_held = jain_index(slots, workers);
}

void region_count(struct region_result *result, const char *name, double value)
{
	if (result->counter_count < REGION_COUNTERS_MAX) {
		result->counters[result->counter_count++] = (struct region_counter){ name, value };
	}
}

int region_run(const struct worker_job *job, int64_t deadline_ns, const struct signals *signals,
	struct region_result *result, struct error *error)
{
	size_t size = shared_size(job->workers);
	struct shared *shared =
		mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED) {
		return error_system(error, -errno, "no shared memory for %d workers", job->workers);
	}
	int failed = run_shared(job, shared, deadline_ns, signals, error);
	if (!failed) {
		sum_up(shared->slots, job->workers, result);
	}
	munmap(shared, size);
	return failed;
}
