/* Conformance: the lock works in a forked child. */
#include "conformance.h"
#include "test.h"

#include <sys/wait.h>
#include <unistd.h>

struct forking {
	bool excludes;
	int entered; /* atomic: members that have acquired the lock */
	int stop;    /* atomic */
	int child_status;
};

/* In the child: uses the lock with the forking thread's handle, then from new threads. */
static int use_after_fork(struct member *member)
{
	if (lockmodel_after_fork(member->thread)) {
		return 2;
	}
	lockmodel_checkpoint(member->thread, 1000);
	lockmodel_release(member->thread);

	const struct forking *forking = member->team->shared;
	if (!forking->excludes || !TEAM_CHILD_STARTS_THREADS) {
		return 0;
	}
	struct exclusion exclusion = { 0 };
	struct team team = {
		.lock = member->team->lock,
		.run = exclusion_run,
		.shared = &exclusion,
		.size = 2,
	};
	if (!team_run(&team)) {
		return 3;
	}
	return exclusion.counter == 2 * EXCLUSION_ROUNDS && exclusion.overlaps == 0 ? 0 : 4;
}

/*
 * Waits until all members have acquired the lock once. They compete for it at the time of the fork
 * then, and are past their start: there they could be inside an allocator that does not support a
 * fork, such as a sanitizer's.
 */
static void let_all_enter(struct member *member)
{
	const struct forking *forking = member->team->shared;
	while (__atomic_load_n(&forking->entered, __ATOMIC_SEQ_CST) < member->team->size) {
		lockmodel_begin_blocking(member->thread);
		usleep(1000);
		lockmodel_end_blocking(member->thread);
	}
	for (int i = 0; i < 1000; i++) {
		lockmodel_checkpoint(member->thread, 3);
	}
}

static void fork_child(struct member *member)
{
	struct forking *forking = member->team->shared;
	pid_t child = fork();
	if (child == 0) {
		alarm(60); /* ends a child that hangs */
		_exit(use_after_fork(member));
	}
	lockmodel_begin_blocking(member->thread);
	if (child < 0 || waitpid(child, &forking->child_status, 0) != child) {
		forking->child_status = -1;
	}
	lockmodel_end_blocking(member->thread);
}

static void fork_or_compete(struct member *member)
{
	struct forking *forking = member->team->shared;
	lockmodel_acquire(member->thread);
	__atomic_add_fetch(&forking->entered, 1, __ATOMIC_SEQ_CST);
	if (member->index == 0) {
		let_all_enter(member);
		fork_child(member);
		__atomic_store_n(&forking->stop, 1, __ATOMIC_SEQ_CST);
	}
	while (!__atomic_load_n(&forking->stop, __ATOMIC_SEQ_CST)) {
		lockmodel_checkpoint(member->thread, 3);
	}
	lockmodel_release(member->thread);
}

void conformance_after_fork(const char *spec_text)
{
	struct forking forking = { .excludes = team_lock_excludes(spec_text) };
	struct team team = { .run = fork_or_compete, .shared = &forking, .size = 3 };
	team_run_on(spec_text, &team);
	assert_true(WIFEXITED(forking.child_status));
	assert_int_equal(WEXITSTATUS(forking.child_status), 0);
}
