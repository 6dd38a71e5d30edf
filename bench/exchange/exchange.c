/*
 * See exchange.h. The isolated process is the leader; the partner is a thread of it, or a process that
 * it forks. A partner that fails leaves its reason in shared memory and ends; the leader then finds
 * the channel broken.
 */
#include "exchange.h"

#include "headroom.h"
#include "isolated.h"
#include "workers.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LEADER, PARTNER };

/* The result of the isolated process, in shared memory. */
struct outcome {
	struct exchange_result result;
	struct error partner; /* why the partner failed */
};

static int bind_and_run(struct exchange *exchange, int worker,
	int (*work)(struct exchange *exchange, struct error *error), struct error *error)
{
	const struct placement *placement = exchange->job->placement;
	int result = placement_bind(placement, worker, error);
	result = result ? result : work(exchange, error);
	return result ? result : placement_verify(placement, worker, "at its end", error);
}

/* --- a partner that is a process -------------------------------------------------------------- */

__attribute__((noreturn)) static void partner_main(
	struct exchange *exchange, struct error *error, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent) {
		_exit(EXIT_FAILURE);
	}
	channel_keep(&exchange->there.channel, CHANNEL_RECEIVER, 0);
	channel_keep(&exchange->back.channel, CHANNEL_SENDER, 0);
	_exit(bind_and_run(exchange, PARTNER, workers_answer, error) ? EXIT_FAILURE : EXIT_SUCCESS);
}

/* Reaps the partner; what it reported is the cause of what the leader found. */
static int end_process(pid_t process, int result, const struct error *partner, struct error *error)
{
	int status = 0;
	if (result) {
		kill(process, SIGKILL); /* unless it has ended: it may wait for ever */
	}
	waitpid(process, &status, 0);
	if (partner->text[0]) {
		return error_set(error, -ECHILD, "%s", partner->text);
	}
	if (!result && status != 0) {
		char end[128];
		child_describe_status(end, sizeof(end), status);
		return error_set(error, -ECHILD, "the partner %s", end);
	}
	return result;
}

static int run_processes(struct exchange *exchange, struct error *partner, struct error *error)
{
	pid_t parent = getpid();
	pid_t process = fork();
	if (process == 0) {
		partner_main(exchange, partner, parent);
	}
	if (process < 0) {
		return error_system(error, -errno,
			"could not fork (is there a limit on processes, `ulimit -u`?)");
	}
	channel_keep(&exchange->there.channel, CHANNEL_SENDER, process);
	channel_keep(&exchange->back.channel, CHANNEL_RECEIVER, process);
	int result = bind_and_run(exchange, LEADER, workers_lead, error);
	return end_process(process, result, partner, error);
}

/* --- a partner that is a thread --------------------------------------------------------------- */

struct thread {
	struct exchange *exchange;
	struct error *error;
};

/* A thread that fails ends the process: the leader may wait for it. */
static void *thread_main(void *context)
{
	const struct thread *thread = context;
	if (bind_and_run(thread->exchange, PARTNER, workers_answer, thread->error)) {
		_exit(EXIT_FAILURE);
	}
	return NULL;
}

static int run_threads(struct exchange *exchange, struct error *error)
{
	pthread_t partner;
	struct thread thread = { exchange, error };
	int code = pthread_create(&partner, NULL, thread_main, &thread);
	if (code) {
		return error_system(error, -code, "could not create a thread");
	}
	int result = bind_and_run(exchange, LEADER, workers_lead, error);
	if (!result) {
		pthread_join(partner, NULL);
	}
	return result;
}

/* --- in the isolated process ------------------------------------------------------------------ */

/* An answer is as large as the message only where its way is timed. */
static struct lane_plan plan_back(const struct exchange_job *job, const struct lane_plan *there)
{
	struct lane_plan back = *there;
	if (job->op != EXCHANGE_ROUND_TRIP) {
		back.codec = NULL;
		back.size = sizeof(struct record);
	}
	return back;
}

static int run_pair(struct exchange *exchange, struct error *partner, struct error *error)
{
	return exchange->job->type->between_threads ? run_threads(exchange, error)
						    : run_processes(exchange, partner, error);
}

static int open_lanes(struct exchange *exchange, const struct lane_plan *there,
	const struct lane_plan *back, struct error *error)
{
	int result = lane_open(&exchange->there, there, error);
	if (result) {
		return result;
	}
	result = lane_open(&exchange->back, back, error);
	if (result) {
		lane_close(&exchange->there);
	}
	return result;
}

static int run_over_channel(
	const struct exchange_job *job, struct outcome *outcome, struct error *error)
{
	const struct lane_plan there = {
		.type = job->type,
		.codec = job->codec,
		.size = job->size,
		.spins = placement_places(job->placement) > 1,
	};
	const struct lane_plan back = plan_back(job, &there);
	struct exchange exchange = { .job = job, .result = &outcome->result };
	size_t copy_bytes = job->op == EXCHANGE_COPY ? job->size : 0;
	int result = headroom_check(lane_memory(&there) + lane_memory(&back) + copy_bytes,
		"an exchange of messages of this size", error);
	result = result ? result : open_lanes(&exchange, &there, &back, error);
	if (result) {
		return result;
	}
	exchange.copy = malloc(copy_bytes + 1);
	result = exchange.copy ? run_pair(&exchange, &outcome->partner, error)
			       : error_set(error, -ENOMEM, "out of memory for a copy");
	free(exchange.copy);
	lane_close(&exchange.back);
	lane_close(&exchange.there);
	return result;
}

static int run_alone(const struct exchange_job *job, struct outcome *outcome, struct error *error)
{
	size_t encoded = job->codec ? job->codec->bound(job->size / sizeof(struct record)) : 0;
	int result = headroom_check(
		2 * job->size + encoded, "an exchange of messages of this size", error);
	result = result ? result : placement_bind(job->placement, LEADER, error);
	result = result ? result : workers_run_alone(job, &outcome->result, error);
	return result ? result : placement_verify(job->placement, LEADER, "at its end", error);
}

static int64_t cpu_ns(const struct rusage *usage)
{
	return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * INT64_C(1000000000) +
	       (usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) * INT64_C(1000);
}

static void add_usage(struct exchange_result *result, int whose)
{
	struct rusage usage;
	getrusage(whose, &usage);
	result->cpu_ns += cpu_ns(&usage);
	result->switches_voluntary += usage.ru_nvcsw;
	result->switches_involuntary += usage.ru_nivcsw;
}

static int isolated_main(void *context, void *result, struct error *error)
{
	const struct exchange_job *job = context;
	struct outcome *outcome = result;
	signal(SIGPIPE, SIG_IGN); /* a broken pipe is an error of write() */
	int failed =
		job->type ? run_over_channel(job, outcome, error) : run_alone(job, outcome, error);
	add_usage(&outcome->result, RUSAGE_SELF);
	add_usage(&outcome->result, RUSAGE_CHILDREN);
	return failed;
}

int exchange_run(const struct exchange_job *job, const struct limits *limits,
	struct exchange_result *result, struct error *error)
{
	struct exchange_job copy = *job;
	struct outcome outcome;
	const struct isolated isolated = {
		.run = isolated_main,
		.context = &copy,
		.result_size = sizeof(outcome),
		.name = "the process that sends messages",
	};
	int failed = isolated_run(&isolated, limits, &outcome, error);
	if (!failed) {
		*result = outcome.result;
	}
	return failed;
}
