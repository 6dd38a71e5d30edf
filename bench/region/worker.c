/* See worker.h. */
#include "worker.h"

#include "clock.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

/* Resource usage of the calling thread. */
struct usage {
	int64_t cpu_ns;
	int64_t switches_voluntary;
	int64_t switches_involuntary;
};

static int64_t read_migrations(void)
{
	char line[128];
	long long migrations = -1;
	FILE *file = fopen("/proc/thread-self/sched", "re");
	while (file && migrations < 0 && fgets(line, sizeof(line), file)) {
		sscanf(line, "se.nr_migrations : %lld", &migrations);
	}
	if (file) {
		fclose(file);
	}
	return migrations;
}

static struct usage read_usage(void)
{
	struct rusage usage;
	struct timespec cpu;
	getrusage(RUSAGE_THREAD, &usage);
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &cpu);
	return (struct usage){
		.cpu_ns = cpu.tv_sec * INT64_C(1000000000) + cpu.tv_nsec,
		.switches_voluntary = usage.ru_nvcsw,
		.switches_involuntary = usage.ru_nivcsw,
	};
}

static int run_share(const struct worker_job *job, int worker, struct lockmodel_thread *thread,
	struct worker_slot *slot)
{
	const struct workload *load = job->load;
	uint64_t workers = (uint64_t)job->workers;
	uint64_t first = load->units * (uint64_t)worker / workers;
	uint64_t end = load->units * ((uint64_t)worker + 1) / workers;
	slot->span.units = end - first;
	if (!thread) {
		slot->checksum = load->kernel->run_bare(load->data, first, end - first);
		return 0;
	}
	lockmodel_acquire(thread);
	slot->checksum = load->kernel->run_polling(load->data, first, end - first, thread);
	lockmodel_release(thread);
	return 0;
}

/* Waits at the gate and measures; `thread` is NULL for the bare kernel. */
static int measure(const struct worker_context *context, int worker,
	struct lockmodel_thread *thread, struct worker_slot *slot)
{
	const struct worker_job *job = context->job;
	if (job->load->kernel->prepare) {
		job->load->kernel->prepare(job->load->data);
	}
	int64_t migrations = read_migrations();
	int result = placement_verify(job->placement, worker, "start", &slot->error);
	if (result) {
		return result;
	}
	if (!team_wait_at_gate(context->team)) {
		return -ECANCELED; /* whoever made the team give up has reported the reason */
	}
	struct usage before = read_usage();
	slot->span.start_ns = clock_now_ns();
	result = job->task ? job->task->run(job, worker, thread, slot)
			   : run_share(job, worker, thread, slot);
	slot->span.end_ns = clock_now_ns();
	struct usage after = read_usage();

	if (thread) {
		lockmodel_read_stats(thread, &slot->lock);
	}
	slot->cpu_ns = after.cpu_ns - before.cpu_ns;
	slot->switches_voluntary = after.switches_voluntary - before.switches_voluntary;
	slot->switches_involuntary = after.switches_involuntary - before.switches_involuntary;
	slot->migrations = migrations < 0 ? -1 : read_migrations() - migrations;
	return result ? result : placement_verify(job->placement, worker, "end", &slot->error);
}

static int measure_under(const struct worker_context *context, struct lockmodel_lock *lock,
	int worker, struct worker_slot *slot)
{
	struct lockmodel_thread *thread = lock ? lockmodel_attach(lock) : NULL;
	if (!thread) {
		return error_system(
			&slot->error, -errno, "worker %d could not create its lock", worker);
	}
	int result = measure(context, worker, thread, slot);
	lockmodel_detach(thread);
	return result;
}

static int bind_and_measure(
	const struct worker_context *context, int worker, struct worker_slot *slot)
{
	const struct worker_job *job = context->job;
	int result = placement_bind(job->placement, worker, &slot->error);
	if (result) {
		return result;
	}
	switch (job->locks) {
	case WORKER_BARE:
		return measure(context, worker, NULL, slot);
	case WORKER_ONE_LOCK:
		return measure_under(context, context->shared_lock, worker, slot);
	case WORKER_OWN_LOCKS:
		break;
	}
	struct lockmodel_lock *lock = lockmodel_create(job->lock);
	result = measure_under(context, lock, worker, slot);
	lockmodel_destroy(lock);
	return result;
}

bool worker_run(void *context, int worker)
{
	const struct worker_context *region = context;
	struct worker_slot *slot = &region->slots[worker];
	int result = bind_and_measure(region, worker, slot);
	slot->failed = result != 0;
	slot->done = result == 0;
	return slot->done;
}
