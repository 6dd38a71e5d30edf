/* See real.h. */
#include "real.h"

#include "talk.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

static void sum_up_spans(const struct dialogue *dialogue, struct region_result *result)
{
	const struct dialogue_span *spans = dialogue->spans;
	int64_t first_start = INT64_MAX;
	int64_t last_start = INT64_MIN;
	int64_t last_end = INT64_MIN;
	for (int i = 0; i < dialogue->workers; i++) {
		const struct dialogue_span *span = &spans[i];
		first_start = span->start_ns < first_start ? span->start_ns : first_start;
		last_start = span->start_ns > last_start ? span->start_ns : last_start;
		last_end = span->end_ns > last_end ? span->end_ns : last_end;
		result->checksum += span->units;
	}
	result->wall_ns = last_end - first_start;
	result->start_skew_ns = last_start - first_start;
}

/*
 * What it cannot have counted in that time was not measured; and work that takes no time, however
 * much there is of it, could not be calibrated.
 */
static int check_sums(
	const struct real_job *job, const struct region_result *result, struct error *error)
{
	const char *command = interpreter_command(job->interpreter);
	double least_ns = KERNEL_TURN_MIN_S * 1e9 * (double)job->units / job->workers;
	if (result->checksum != job->units) {
		return error_set(error, -EBADMSG,
			"interpreter '%.200s': it counted down %" PRIu64 " turns, and not %" PRIu64,
			command, result->checksum, job->units);
	}
	if ((double)result->wall_ns < least_ns) {
		return error_set(error, -EBADMSG,
			"interpreter '%.200s': it says that it counted down %" PRIu64
			" turns in %.3g s, which cannot be",
			command, job->units, (double)result->wall_ns / 1e9);
	}
	return 0;
}

static int run(const struct real_job *job, struct dialogue *dialogue, int64_t deadline_ns,
	const struct signals *signals, struct region_result *result, struct error *error)
{
	int ends[2];
	if (pipe2(ends, O_CLOEXEC)) {
		return error_system(error, -errno, "could not make a pipe");
	}
	dialogue->placement = job->placement;
	struct talk talk = {
		.interpreter = job->interpreter,
		.experiment = "times",
		.way = job->way,
		.workers = job->workers,
		.units = job->units,
		.input = ends[0],
		.answers = ends[1],
		.dialogue = dialogue,
	};
	int failed = talk_run(&talk, deadline_ns, signals, error);
	close(ends[0]);
	close(ends[1]);
	if (!failed) {
		talk_sum_up(&talk, result);
		sum_up_spans(dialogue, result);
		failed = check_sums(job, result, error);
	}
	return failed;
}

int real_run(const struct real_job *job, int64_t deadline_ns, const struct signals *signals,
	struct region_result *result, struct error *error)
{
	struct dialogue *dialogue = exchange_share(dialogue_size(job->workers), error);
	if (!dialogue) {
		return -ENOMEM;
	}
	int failed = run(job, dialogue, deadline_ns, signals, result, error);
	exchange_unshare(dialogue, dialogue_size(job->workers));
	return failed;
}
