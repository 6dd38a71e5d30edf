/*
 * See region.h.
 *
 * Runner and region process are tied together by a pipe of which the region process, and every
 * worker it forks, holds the writing end: when the last of them has ended, however it ended, the
 * runner reads the end of the file. They form a process group, which the runner kills when it has
 * waited long enough; and each of them dies with its parent.
 */
#include "region.h"

#include "clock.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

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

static int run_team(const struct worker_job *job, struct shared *shared)
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

__attribute__((noreturn)) static void region_main(
	const struct worker_job *job, struct shared *shared, pid_t runner)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	bool orphan = getppid() != runner;
	_exit(!orphan && run_team(job, shared) == 0 ? EXIT_SUCCESS : EXIT_FAILURE);
}

/* --- in the runner --------------------------------------------------------------------------- */

/* Returns the region process, or a negative errno value with `error`. */
static pid_t start_region(const struct worker_job *job, struct shared *shared,
	const struct signals *signals, int *alive, struct error *error)
{
	int ends[2];
	if (pipe(ends)) {
		return error_system(error, -errno, "could not make a pipe");
	}
	pid_t runner = getpid();
	pid_t region = fork();
	if (region == 0) {
		close(ends[0]);
		signals_restore(signals);
		region_main(job, shared, runner);
	}
	int code = -errno;
	close(ends[1]);
	if (region < 0) {
		close(ends[0]);
		return error_system(error, code,
			"could not fork (is there a limit on processes, `ulimit -u`?)");
	}
	/* Both sides do it, since either may be first to need it; one of them is too late. */
	setpgid(region, region);
	*alive = ends[0];
	return region;
}

/* Waits until the region's last process has ended. */
static int wait_for_end(
	int alive, int64_t deadline_ns, const struct signals *signals, struct error *error)
{
	int64_t until = clock_now_ns() + deadline_ns;
	struct pollfd files[] = {
		{ .fd = alive, .events = POLLIN },
		{ .fd = signals->fd, .events = POLLIN },
	};
	for (;;) {
		int64_t left_ms = (until - clock_now_ns()) / 1000000;
		int ready = poll(files, 2, left_ms > 0 ? (int)left_ms : 0);
		if (ready < 0 && errno != EINTR) {
			return error_system(error, -errno, "waiting for the region");
		}
		if (ready > 0 && files[0].revents) {
			return 0;
		}
		int number = ready > 0 ? signals_take(signals) : 0;
		if (number) {
			return error_set(
				error, -EINTR, "interrupted by SIG%s", sigabbrev_np(number));
		}
		if (ready == 0) {
			return error_set(error, -ETIMEDOUT,
				"did not end within its deadline of %.0f s",
				(double)deadline_ns / 1e9);
		}
	}
}

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

static int finish_region(const struct worker_job *job, const struct shared *shared, pid_t region,
	struct error *error)
{
	int status;
	while (waitpid(region, &status, 0) < 0) {
		if (errno != EINTR) {
			return error_system(error, -errno, "waiting for the region");
		}
	}
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

static void kill_region(pid_t region)
{
	kill(-region, SIGKILL);
	kill(region, SIGKILL); /* in case it has not become a group yet */
	while (waitpid(region, NULL, 0) < 0 && errno == EINTR) {
	}
}

static int run_shared(const struct worker_job *job, struct shared *shared, int64_t deadline_ns,
	const struct signals *signals, struct error *error)
{
	int alive = -1;
	pid_t region = start_region(job, shared, signals, &alive, error);
	if (region < 0) {
		return region;
	}
	int result = wait_for_end(alive, deadline_ns, signals, error);
	close(alive);
	if (result) {
		kill_region(region);
		return result;
	}
	return finish_region(job, shared, region, error);
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

static double jain_index(const struct worker_slot *slots, int workers)
{
	double sum = 0;
	double squares = 0;
	for (int i = 0; i < workers; i++) {
		double held = (double)slots[i].lock.held_ns;
		sum += held;
		squares += held * held;
	}
	return squares > 0 ? sum * sum / (workers * squares) : 1;
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
