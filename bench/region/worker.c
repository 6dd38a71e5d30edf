/* See worker.h. */
#include "worker.h"

#include "clock.h"
#include "thread_usage.h"

#include <errno.h>

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
	int result = placement_verify(job->placement, worker, "start", &slot->error);
	if (result) {
		return result;
	}
	/* Before the gate, so that it shows how long the worker waits to run when that opens. */
	struct thread_usage_history before_gate = thread_usage_read_history();
	if (!team_wait_at_gate(context->team, worker)) {
		return -ECANCELED; /* whoever made the team give up has reported the reason */
	}
	struct thread_usage before = thread_usage_read();
	slot->span.start_ns = clock_now_ns();
	result = job->task ? job->task->run(job, worker, thread, slot)
			   : run_share(job, worker, thread, slot);
	slot->span.end_ns = clock_now_ns();
	struct thread_usage after = thread_usage_read();
	struct thread_usage_history ended = thread_usage_read_history();

	if (thread) {
		lockmodel_read_stats(thread, &slot->lock);
	}
	slot->cpu_ns = after.cpu_ns - before.cpu_ns;
	slot->switches_voluntary = after.switches_voluntary - before.switches_voluntary;
	slot->switches_involuntary = after.switches_involuntary - before.switches_involuntary;
	slot->migrations = thread_usage_since(before_gate.migrations, ended.migrations);
	slot->runqueue_ns = thread_usage_since(before_gate.runqueue_ns, ended.runqueue_ns);
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
