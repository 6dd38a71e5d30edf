/* See pipeline.h. */
#include "pipeline.h"

#include "child.h"
#include "clock.h"
#include "pattern.h"
#include "spawn_task.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* A pipeline that runs. */
struct running {
	const struct pipeline *pipeline;
	pid_t stages[PIPELINE_STAGES_MAX];
	int output; /* of the last stage */
	int64_t start_ns;
	int64_t last_read_ns;
	int64_t closed_ns; /* the reader saw the end of file, or closed its end */
	struct pipeline_result *result;
};

/* --- starting -------------------------------------------------------------------------------- */

/* Starts a stage behind the others. `output` is that of the one before it, and becomes its own. */
static int start_stage(struct running *running, int number, struct error *error)
{
	const struct pipeline_stage *stage = &running->pipeline->stages[number];
	int ends[2];
	if (pipe2(ends, O_CLOEXEC)) {
		return error_system(
			error, -errno, "could not create the pipe behind stage %d", number + 1);
	}
	running->stages[number] =
		spawn_start(stage->task, stage->words, running->output, ends[1], error);
	/* Only the two stages may hold the pipe between them, or neither learns that the other ends. */
	close(ends[1]);
	if (running->output >= 0) {
		close(running->output);
	}
	running->output = ends[0];
	return running->stages[number] < 0 ? running->stages[number] : 0;
}

static int start(struct running *running, struct error *error)
{
	int result = 0;
	running->output = -1;
	running->start_ns = clock_now_ns();
	for (int i = 0; !result && i < running->pipeline->count; i++) {
		result = start_stage(running, i, error);
	}
	return result;
}

/* --- reading --------------------------------------------------------------------------------- */

/* How many bytes to read next; 0 once the reader is to close its end. */
static size_t wanted(const struct running *running)
{
	const struct pipeline *pipeline = running->pipeline;
	int64_t left = pipeline->close_after - running->result->bytes;
	if (pipeline->close_after == 0 || left > (int64_t)pipeline->block) {
		return pipeline->block;
	}
	return left > 0 ? (size_t)left : 0;
}

static void note_read(struct running *running, ssize_t got)
{
	struct pipeline_result *result = running->result;
	running->last_read_ns = clock_now_ns();
	if (result->bytes == 0) {
		result->first_byte_ns = running->last_read_ns - running->start_ns;
	} else {
		result->transferred += got;
	}
	result->bytes += got;
}

/* Reads until the end of file, or until the reader is to close its end. */
static int read_blocks(struct running *running, const struct pattern *pattern, unsigned char *bytes,
	struct error *error)
{
	const struct pipeline_result *result = running->result;
	size_t count;
	while ((count = wanted(running)) > 0) {
		ssize_t got = read(running->output, bytes, count);
		if (got < 0 && errno != EINTR) {
			return error_system(error, -errno, "could not read from the last stage");
		}
		if (got == 0) {
			return 0;
		}
		if (got > 0 &&
			memcmp(bytes, pattern_at(pattern, result->bytes), (size_t)got) != 0) {
			return error_set(error, -EBADMSG,
				"the %zd bytes from %lld on are not those that the first stage "
				"wrote",
				got, (long long)result->bytes);
		}
		if (got > 0) {
			note_read(running, got);
		}
	}
	return 0;
}

static int read_all(struct running *running, struct error *error)
{
	struct pipeline_result *result = running->result;
	struct pattern pattern;
	unsigned char *bytes = malloc(running->pipeline->block);
	if (!bytes || pattern_init(&pattern, running->pipeline->block)) {
		free(bytes);
		return error_set(error, -ENOMEM, "out of memory for a block of %zu bytes",
			running->pipeline->block);
	}
	int failed = read_blocks(running, &pattern, bytes, error);
	running->closed_ns = clock_now_ns();
	if (result->bytes > 0) {
		result->transfer_ns =
			running->last_read_ns - running->start_ns - result->first_byte_ns;
	}
	pattern_finish(&pattern);
	free(bytes);
	return failed;
}

/* --- ending ---------------------------------------------------------------------------------- */

/* A writer learns from SIGPIPE that the reader has closed its end. */
static bool is_success(const struct pipeline *pipeline, int status)
{
	bool told = WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE;
	return status == 0 || (told && pipeline->close_after > 0);
}

static int judge(const struct pipeline *pipeline, const int *statuses, struct error *error)
{
	for (int i = pipeline->count - 1; i >= 0; i--) {
		if (!is_success(pipeline, statuses[i])) {
			char end[128];
			child_describe_status(end, sizeof(end), statuses[i]);
			return error_set(
				error, -ECHILD, "stage %d of %d %s", i + 1, pipeline->count, end);
		}
	}
	return 0;
}

static int check_count(const struct pipeline *pipeline, int64_t bytes, struct error *error)
{
	int64_t expected = pipeline->close_after ? pipeline->close_after : pipeline->size;
	return bytes == expected ? 0
				 : error_set(error, -EBADMSG, "%lld of %lld bytes arrived",
					   (long long)bytes, (long long)expected);
}

static void add_usage(struct pipeline_result *result, int who)
{
	struct rusage usage;
	getrusage(who, &usage);
	result->cpu_ns += (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * INT64_C(1000000000) +
			  (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * INT64_C(1000);
	result->switches_voluntary += usage.ru_nvcsw;
	result->switches_involuntary += usage.ru_nivcsw;
}

/* Waits for all stages. */
static int await(struct running *running, struct error *error)
{
	const struct pipeline *pipeline = running->pipeline;
	struct pipeline_result *result = running->result;
	int statuses[PIPELINE_STAGES_MAX] = { 0 };
	for (int i = 0; i < pipeline->count; i++) {
		if (waitpid(running->stages[i], &statuses[i], 0) < 0) {
			return error_system(error, -errno, "could not wait for stage %d", i + 1);
		}
	}
	int64_t end_ns = clock_now_ns();
	result->stop_ns = end_ns - running->closed_ns;
	result->total_ns = end_ns - running->start_ns;
	add_usage(result, RUSAGE_SELF);
	add_usage(result, RUSAGE_CHILDREN);
	int failed = judge(pipeline, statuses, error);
	return failed ? failed : check_count(pipeline, result->bytes, error);
}

int pipeline_run(
	const struct pipeline *pipeline, struct pipeline_result *result, struct error *error)
{
	struct running running = { .pipeline = pipeline, .result = result };
	*result = (struct pipeline_result){ 0 };
	int failed = start(&running, error);
	failed = failed ? failed : read_all(&running, error);
	if (running.output >= 0) {
		close(running.output);
	}
	return failed ? failed : await(&running, error);
}
