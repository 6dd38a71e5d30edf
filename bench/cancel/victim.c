/* See victim.h. */
#include "victim.h"

#include "clock.h"

#include <errno.h>
#include <signal.h>

static const int signals[] = {
	[VICTIM_FLAG] = 0,
	[VICTIM_SIGTERM] = SIGTERM,
	[VICTIM_SIGKILL] = SIGKILL,
};

/* --- the victim ------------------------------------------------------------------------------ */

static void compute(const struct victim *victim, struct lockmodel_thread *thread)
{
	const struct workload *load = victim->load;
	uint64_t next = 0;
	while (!team_is_stopping(&victim->team, 0)) {
		load->kernel->run_polling(load->data, next, 1, thread);
		next = next + 1 < load->units ? next + 1 : 0;
	}
}

static bool run_under(const struct victim *victim, struct lockmodel_lock *lock)
{
	struct lockmodel_thread *thread = lock ? lockmodel_attach(lock) : NULL;
	if (!thread) {
		error_system(&victim->shared->error, -errno, "could not create its lock");
		return false;
	}
	/* Before the gate: otherwise it might be asked to stop while it waits for its first turn. */
	lockmodel_acquire(thread);
	bool open = team_wait_at_gate(&victim->team, 0);
	if (open) {
		compute(victim, thread);
	}
	lockmodel_release(thread);
	victim->shared->ended_ns = clock_now_ns();
	lockmodel_detach(thread);
	return open;
}

static bool run(void *context, int worker)
{
	const struct victim *victim = context;
	(void)worker;
	if (victim->kind == TEAM_THREADS) {
		return run_under(victim, lockmodel_of(victim->starter));
	}
	struct lockmodel_lock *lock = lockmodel_create(victim->lock);
	bool ok = run_under(victim, lock);
	lockmodel_destroy(lock);
	return ok;
}

/* --- whoever starts and stops it ------------------------------------------------------------- */

/* A victim that fails has recorded why; if it was killed, its team has. */
static int explain(const struct victim *victim, int result, struct error *error)
{
	if (result == -ECANCELED) {
		*error = victim->shared->error;
	}
	return error_set(
		error, result, "the worker that was to be stopped failed: %s", error->text);
}

static void sleep_ns(int64_t ns)
{
	struct timespec time = { ns / CLOCK_NS_PER_S, ns % CLOCK_NS_PER_S };
	while (clock_nanosleep(CLOCK_MONOTONIC, 0, &time, &time) == EINTR) {
	}
}

int victim_start(struct victim *victim, int64_t run_ns, struct error *error)
{
	victim->team = (struct team){
		.kind = victim->kind,
		.size = 1,
		.gate = &victim->shared->gate,
		.status = &victim->shared->status,
		.work = run,
		.context = victim,
	};
	lockmodel_begin_blocking(victim->starter);
	int result = team_start(&victim->team, error);
	if (!result) {
		sleep_ns(run_ns);
	}
	lockmodel_end_blocking(victim->starter);
	return result ? explain(victim, result, error) : 0;
}

int victim_stop(struct victim *victim, struct victim_stop *stop, struct error *error)
{
	int64_t asked_ns = clock_now_ns();
	team_stop(&victim->team, 0, signals[victim->way]);
	lockmodel_begin_blocking(victim->starter);
	int result = team_join(&victim->team, 0, error);
	int64_t joined_ns = clock_now_ns();
	lockmodel_end_blocking(victim->starter);
	if (result) {
		return explain(victim, result, error);
	}
	bool killed = victim->way == VICTIM_SIGKILL;
	stop->joined_ns = joined_ns - asked_ns;
	stop->stopped_ns = killed ? stop->joined_ns : victim->shared->ended_ns - asked_ns;
	team_finish(&victim->team);
	return 0;
}
