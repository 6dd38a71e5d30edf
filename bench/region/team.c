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

static const char *const state_names[] = {
	[TEAM_CREATED] = "created",
	[TEAM_WAITING] = "waiting",
	[TEAM_RUNNING] = "running",
	[TEAM_DONE] = "done",
	[TEAM_STOPPED] = "stopped",
};

/* How often the leader looks for workers that have died. */
enum { CHECK_INTERVAL_NS = CLOCK_NS_PER_S / 20 };

struct team_member {
	const struct team *team;
	int worker;
	pthread_t thread;
	pid_t process; /* 0 for a thread */
	bool joined;
	int result; /* of joining it */
};

static void wait_for(sem_t *sem)
{
	while (sem_wait(sem) && errno == EINTR) {
	}
}

/* --- states ---------------------------------------------------------------------------------- */

/* Release: whoever sees the state sees what the worker did before. */
static void set_state(const struct team *team, int worker, enum team_state state)
{
	__atomic_store_n(&team->status[worker].state, (int)state, __ATOMIC_RELEASE);
}

enum team_state team_state(const struct team *team, int worker)
{
	return (enum team_state)__atomic_load_n(&team->status[worker].state, __ATOMIC_ACQUIRE);
}

const char *team_state_name(enum team_state state)
{
	return state_names[state];
}

/* Relaxed, here and where it is set: no other data depends on the request. */
bool team_is_stopping(const struct team *team, int worker)
{
	return __atomic_load_n(&team->status[worker].stop, __ATOMIC_RELAXED);
}

static void set_ended(const struct team *team, int worker)
{
	set_state(team, worker, team_is_stopping(team, worker) ? TEAM_STOPPED : TEAM_DONE);
}

static void init_states(const struct team *team)
{
	for (int i = 0; i < team->size; i++) {
		__atomic_store_n(&team->status[i].stop, 0, __ATOMIC_RELAXED);
		set_state(team, i, TEAM_CREATED);
	}
}

/* --- the gate -------------------------------------------------------------------------------- */

bool team_wait_at_gate(const struct team *team, int worker)
{
	set_state(team, worker, TEAM_WAITING);
	sem_post(&team->gate->ready);
	wait_for(&team->gate->open);
	/* Relaxed: the leader stores it before it posts `open`, which orders the two. */
	if (__atomic_load_n(&team->gate->abandoned, __ATOMIC_RELAXED)) {
		return false;
	}
	set_state(team, worker, TEAM_RUNNING);
	return true;
}

static void open_gate(struct team_gate *gate, int workers, bool abandon)
{
	__atomic_store_n(&gate->abandoned, abandon, __ATOMIC_RELAXED);
	for (int i = 0; i < workers; i++) {
		sem_post(&gate->open);
	}
}

/* Runs a worker. One that fails before the start counts as ready, so that the leader goes on. */
static bool work(const struct team_member *member)
{
	const struct team *team = member->team;
	bool ok = team->work(team->context, member->worker);
	set_ended(team, member->worker);
	if (ok) {
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

static int spawn_thread(struct team_member *member)
{
	return -pthread_create(&member->thread, NULL, thread_main, member);
}

static int join_thread(struct team_member *member, struct error *error)
{
	void *failed;
	(void)error;
	pthread_join(member->thread, &failed);
	return failed ? -ECANCELED : 0;
}

/* --- processes ------------------------------------------------------------------------------- */

/*
 * The request comes with the address of its flag, which lies in memory that both processes share; so
 * no global variable is needed. A SIGTERM from elsewhere ends the process as usual.
 */
static void note_request(int signal_number, siginfo_t *info, void *context)
{
	(void)context;
	if (info->si_code == SI_QUEUE && info->si_pid == getppid() && info->si_value.sival_ptr) {
		__atomic_store_n((int *)info->si_value.sival_ptr, 1, __ATOMIC_RELAXED);
		return;
	}
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

static void catch_request(void)
{
	struct sigaction action = { .sa_sigaction = note_request,
		.sa_flags = SA_SIGINFO | SA_RESTART };
	sigset_t request;
	sigemptyset(&action.sa_mask);
	sigaction(SIGTERM, &action, NULL);
	sigemptyset(&request);
	sigaddset(&request, SIGTERM);
	sigprocmask(SIG_UNBLOCK, &request, NULL);
}

static int spawn_process(struct team_member *member)
{
	pid_t leader = getpid();
	member->process = fork();
	if (member->process < 0) {
		return -errno;
	}
	if (member->process == 0) {
		/* The worker dies with the leader, which may have died already. */
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		catch_request();
		bool ok = getppid() == leader && work(member);
		_exit(ok ? EXIT_SUCCESS : EXIT_FAILURE);
	}
	return 0;
}

static int check_status(const struct team_member *member, int status, struct error *error)
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

static int join_process(struct team_member *member, struct error *error)
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
	int (*spawn)(struct team_member *member);
	int (*join)(struct team_member *member, struct error *error);
} kinds[] = {
	[TEAM_THREADS] = { "thread", spawn_thread, join_thread },
	[TEAM_PROCESSES] = { "process", spawn_process, join_process },
};

/*
 * Reports a worker that has ended before the start; 0 if none has. Only processes can; if a thread
 * ends without a word, so does its process. The process may have other children, which are left
 * alone.
 */
static int find_dead(const struct team_member *members, int size, struct error *error)
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
	struct team_gate *gate, const struct team_member *members, int size, struct error *error)
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

static int spawn_all(const struct team *team, struct error *error)
{
	for (int i = 0; i < team->size; i++) {
		struct team_member *member = &team->members[i];
		member->team = team;
		member->worker = i;
		int result = kinds[team->kind].spawn(member);
		if (result) {
			return error_system(error, result,
				"could not start worker %d of %d as a %s (is there a limit on "
				"processes, `ulimit -u`, or on memory?)",
				i, team->size, kinds[team->kind].what);
		}
	}
	return wait_until_ready(team->gate, team->members, team->size, error);
}

/* The memory of the gate may have been another team's before. */
static int init_gate(struct team_gate *gate, struct error *error)
{
	gate->failed = 0;
	gate->abandoned = 0;
	if (sem_init(&gate->ready, 1, 0) || sem_init(&gate->open, 1, 0)) {
		return error_system(error, -errno, "could not create the start gate");
	}
	return 0;
}

int team_start(struct team *team, struct error *error)
{
	int failed = init_gate(team->gate, error);
	if (failed) {
		return failed;
	}
	team->members = calloc((size_t)team->size, sizeof(*team->members));
	if (!team->members) {
		return error_set(error, -ENOMEM, "out of memory for %d workers", team->size);
	}
	init_states(team);
	int result = spawn_all(team, error);
	open_gate(team->gate, team->size, result != 0);
	return result;
}

void team_stop(const struct team *team, int worker, int signal)
{
	const struct team_member *member = &team->members[worker];
	int *stop = &team->status[worker].stop;
	if (member->joined) {
		return;
	}
	if (signal == SIGTERM && member->process > 0) {
		/* The handler sets the flag, so that it is the signal that stops the worker. */
		sigqueue(member->process, signal, (union sigval){ .sival_ptr = stop });
		return;
	}
	__atomic_store_n(stop, 1, __ATOMIC_RELAXED);
	if (signal && member->process > 0) {
		kill(member->process, signal);
	}
}

int team_join(const struct team *team, int worker, struct error *error)
{
	struct team_member *member = &team->members[worker];
	struct error reason = { "" };
	if (!member->joined) {
		member->result = kinds[team->kind].join(member, &reason);
		member->joined = true;
		set_ended(team, worker);
	}
	if (team_is_stopping(team, worker)) {
		return 0;
	}
	if (reason.text[0]) {
		*error = reason;
	}
	return member->result;
}

void team_finish(struct team *team)
{
	free(team->members);
	team->members = NULL;
}

/* Reports the first failure; one with a reason precedes one that the worker recorded itself. */
static int join_all(const struct team *team, struct error *error)
{
	int result = 0;
	for (int i = 0; i < team->size; i++) {
		int joined = team_join(team, i, error);
		if (joined && (!result || result == -ECANCELED)) {
			result = joined;
		}
	}
	return result;
}

int team_run(struct team *team, struct error *error)
{
	int result = team_start(team, error);
	if (!result) {
		result = join_all(team, error);
		team_finish(team);
	}
	return result;
}
