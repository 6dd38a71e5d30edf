/*
 * See team.h. The leader, which creates the workers, waits until each has posted `ready`, then
 * posts `open` once per worker. While it waits, it checks regularly whether a worker process has
 * died, which it would otherwise wait for in vain.
 */
#include "team.h"

#include "child.h"
#include "clock.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* How often the leader looks for workers that have died. */
enum { CHECK_INTERVAL_NS = CLOCK_NS_PER_S / 20 };

struct member {
	const struct team *team;
	int worker;
	pthread_t thread;
	pid_t process; /* 0 for a thread */
};

static void wait_for(sem_t *sem)
{
	while (sem_wait(sem) && errno == EINTR) {
	}
}

bool team_wait_at_gate(const struct team *team)
{
	sem_post(&team->gate->ready);
	wait_for(&team->gate->open);
	/* Relaxed: the leader stores it before it posts `open`, which orders the two. */
	return !__atomic_load_n(&team->gate->abandoned, __ATOMIC_RELAXED);
}

static void open_gate(struct team_gate *gate, int workers, bool abandon)
{
	__atomic_store_n(&gate->abandoned, abandon, __ATOMIC_RELAXED);
	for (int i = 0; i < workers; i++) {
		sem_post(&gate->open);
	}
}

/* Runs a worker. One that fails before the start counts as ready, so that the leader goes on. */
static bool work(const struct member *member)
{
	const struct team *team = member->team;
	if (team->work(team->context, member->worker)) {
		return true;
	}
	/* Relaxed: the leader loads it after its wait for `ready`, which orders the two. */
	__atomic_store_n(&team->gate->failed, 1, __ATOMIC_RELAXED);
	sem_post(&team->gate->ready);
	return false;
}

/* --- threads --------------------------------------------------------------------------------- */

static void *thread_main(void *argument)
{
	return work(argument) ? NULL : argument;
}

static int spawn_thread(struct member *member)
{
	return -pthread_create(&member->thread, NULL, thread_main, member);
}

static int join_thread(struct member *member, struct error *error)
{
	void *failed;
	(void)error;
	pthread_join(member->thread, &failed);
	return failed ? -ECANCELED : 0;
}

/* --- processes ------------------------------------------------------------------------------- */

static int spawn_process(struct member *member)
{
	pid_t leader = getpid();
	member->process = fork();
	if (member->process < 0) {
		return -errno;
	}
	if (member->process == 0) {
		/* The worker dies with the leader, which may have died already. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		bool ok = getppid() == leader && work(member);
		_exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	return 0;
}

static int check_status(const struct member *member, int status, struct error *error)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS) {
		return 0;
	}
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_FAILURE) {
		return -ECANCELED;
	}
	char words[128];
	child_describe_status(words, sizeof(words), status);
	return error_set(error, -ECHILD, "worker %d %s", member->worker, words);
}

static int join_process(struct member *member, struct error *error)
{
	int status;
	while (waitpid(member->process, &status, 0) < 0) {
		if (errno != EINTR) {
			return error_system(
				error, -errno, "could not wait for worker %d", member->worker);
		}
	}
	return check_status(member, status, error);
}

/* --- both ------------------------------------------------------------------------------------ */

static const struct {
	const char *what;
	int (*spawn)(struct member *member);
	int (*join)(struct member *member, struct error *error);
} kinds[] = {
	[TEAM_THREADS] = { "thread", spawn_thread, join_thread },
	[TEAM_PROCESSES] = { "process", spawn_process, join_process },
};

/*
 * Reports a worker that has ended before the start; 0 if none has. Only processes can; if a thread
 * ends without a word, so does its process. The process may have other children, which are left
 * alone.
 */
static int find_dead(const struct member *members, int size, struct error *error)
{
	for (int i = 0; i < size; i++) {
		int status;
		pid_t process = members[i].process;
		if (process > 0 && waitpid(process, &status, WNOHANG) == process) {
			int result = check_status(&members[i], status, error);
			return result ? result
				      : error_set(error, -ECHILD,
						"worker %d ended before the start", i);
		}
	}
	return 0;
}

/* Waits for a worker to be ready, at most for CHECK_INTERVAL_NS. */
static bool wait_for_ready(struct team_gate *gate)
{
	int64_t until_ns = clock_now_ns() + CHECK_INTERVAL_NS;
	struct timespec until = { until_ns / CLOCK_NS_PER_S, until_ns % CLOCK_NS_PER_S };
	return sem_clockwait(&gate->ready, CLOCK_MONOTONIC, &until) == 0;
}

static int wait_until_ready(
	struct team_gate *gate, const struct member *members, int size, struct error *error)
{
	for (int ready = 0; ready < size;) {
		if (wait_for_ready(gate)) {
			ready++;
			if (__atomic_load_n(&gate->failed, __ATOMIC_RELAXED)) {
				return -ECANCELED;
			}
			continue;
		}
		int result = find_dead(members, size, error);
		if (result) {
			return result;
		}
	}
	return 0;
}

static int spawn_all(const struct team *team, struct member *members, struct error *error)
{
	for (int i = 0; i < team->size; i++) {
		members[i].team = team;
		members[i].worker = i;
		int result = kinds[team->kind].spawn(&members[i]);
		if (result) {
			return error_system(error, result,
				"could not start worker %d of %d as a %s (is there a limit on "
				"processes, `ulimit -u`, or on memory?)",
				i, team->size, kinds[team->kind].what);
		}
	}
	return wait_until_ready(team->gate, members, team->size, error);
}

/* Reports the first failure; one with a reason precedes one that the worker recorded itself. */
static int join_all(const struct team *team, struct member *members, struct error *error)
{
	int result = 0;
	for (int i = 0; i < team->size; i++) {
		int joined = kinds[team->kind].join(&members[i], error);
		if (joined && (!result || result == -ECANCELED)) {
			result = joined;
		}
	}
	return result;
}

int team_run(const struct team *team, struct error *error)
{
	struct team_gate *gate = team->gate;
	if (sem_init(&gate->ready, 1, 0) || sem_init(&gate->open, 1, 0)) {
		return error_system(error, -errno, "could not create the start gate");
	}
	struct member *members = calloc((size_t)team->size, sizeof(*members));
	if (!members) {
		return error_set(error, -ENOMEM, "out of memory for %d workers", team->size);
	}
	int result = spawn_all(team, members, error);
	open_gate(gate, team->size, result != 0);
	if (!result) {
		result = join_all(team, members, error);
		free(members);
	}
	return result;
}
