/*
 * See team.h. The leader, which spawned the workers, waits until each has posted `ready`, then
 * posts `open` once for each. While it waits it looks after its children, so that a worker that
 * dies before the gate is noticed and not waited for.
 */
#include "team.h"

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

struct member {
	const struct team *team;
	int worker;
	pthread_t thread;
	pid_t process;
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
	/* Ordered by the semaphore, which was posted after this was stored. */
	return !__atomic_load_n(&team->gate->closed_for_good, __ATOMIC_RELAXED);
}

static void open_gate(struct team_gate *gate, int workers, bool give_up)
{
	__atomic_store_n(&gate->closed_for_good, give_up, __ATOMIC_RELAXED);
	for (int i = 0; i < workers; i++) {
		sem_post(&gate->open);
	}
}

void team_describe_status(char *text, size_t size, int status)
{
	if (WIFSIGNALED(status)) {
		int number = WTERMSIG(status);
		snprintf(text, size, "was killed by signal %d (%s)", number, strsignal(number));
	} else {
		snprintf(text, size, "ended early with exit status %d", WEXITSTATUS(status));
	}
}

/* Runs a worker. One that failed before the gate counts as ready, so that nobody waits for it. */
static bool work(const struct member *member)
{
	const struct team *team = member->team;
	if (team->work(team->context, member->worker)) {
		return true;
	}
	/* Ordered before the leader's look at it by the semaphore. */
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
		/* Die with the leader; it may have died already. */
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
	team_describe_status(words, sizeof(words), status);
	return error_set(error, -ECHILD, "worker %d %s", member->worker, words);
}

static int join_process(struct member *member, struct error *error)
{
	int status;
	while (waitpid(member->process, &status, 0) < 0) {
		if (errno != EINTR) {
			return error_system(error, -errno, "waiting for worker %d", member->worker);
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

/* A child that ended before the gate opened; only processes can. */
static int look_for_the_dead(struct member *members, int size, struct error *error)
{
	int status;
	pid_t dead = waitpid(-1, &status, WNOHANG);
	for (int i = 0; dead > 0 && i < size; i++) {
		if (members[i].process == dead) {
			int result = check_status(&members[i], status, error);
			return result ? result
				      : error_set(error, -ECHILD, "worker %d left before the start",
						i);
		}
	}
	return 0;
}

static int wait_until_ready(
	struct team_gate *gate, struct member *members, int size, struct error *error)
{
	for (int ready = 0; ready < size;) {
		struct timespec until;
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += CLOCK_NS_PER_S / 20;
		until.tv_sec += until.tv_nsec / CLOCK_NS_PER_S;
		until.tv_nsec %= CLOCK_NS_PER_S;
		if (sem_timedwait(&gate->ready, &until) == 0) {
			ready++;
			if (__atomic_load_n(&gate->failed, __ATOMIC_RELAXED)) {
				return -ECANCELED;
			}
			continue;
		}
		int result = look_for_the_dead(members, size, error);
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

/*
 * The first failure is reported; one that gives its reason is better than one that has left word.
 */
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
		return error_system(error, -errno, "could not make the start gate");
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
