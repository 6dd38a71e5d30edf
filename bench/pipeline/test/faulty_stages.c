/* See faulty_stages.h. */
#include "faulty_stages.h"

#include "isolated.h"
#include "spawn_task.h"
#include "stage.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct error suite_error;
char suite_messages[4096];
static struct signals signals;

/* --- tasks ----------------------------------------------------------------------------------- */

static long number_of(int count, char **words)
{
	return count > 0 ? strtol(words[0], NULL, 10) : 0;
}

static int run_exit(int count, char **words)
{
	return (int)number_of(count, words);
}

static int run_kill(int count, char **words)
{
	return kill(getpid(), (int)number_of(count, words));
}

static int run_half(int count, char **words)
{
	char byte;
	for (long left = number_of(count, words); left > 0; left--) {
		if (read(STDIN_FILENO, &byte, 1) != 1 || write(STDOUT_FILENO, &byte, 1) != 1) {
			return EXIT_FAILURE;
		}
	}
	/* Reads the rest, so that the stage before it does not fail. */
	while (read(STDIN_FILENO, &byte, 1) == 1) {
	}
	return EXIT_SUCCESS;
}

static int run_change(int count, char **words)
{
	char byte;
	long left = number_of(count, words);
	while (read(STDIN_FILENO, &byte, 1) == 1) {
		byte ^= left-- == 0;
		if (write(STDOUT_FILENO, &byte, 1) != 1) {
			return EXIT_FAILURE;
		}
	}
	return EXIT_SUCCESS;
}

static int run_unread(int count, char **words)
{
	(void)count;
	(void)words;
	close(STDIN_FILENO);
	return EXIT_SUCCESS;
}

static const struct spawn_task tasks[] = {
	{ STAGE_TASK, stage_run },
	{ "exit", run_exit },
	{ "kill", run_kill },
	{ "half", run_half },
	{ "change", run_change },
	{ "unread", run_unread },
	{ 0 },
};

bool faulty_stages_run(int argc, char **argv, int *status)
{
	if (argc < 3 || strcmp(argv[1], SPAWN_OPTION) != 0) {
		return false;
	}
	const struct spawn_task *task = spawn_find(tasks, argv[2]);
	*status = task ? task->run(argc - 3, argv + 3) : SPAWN_UNKNOWN;
	return true;
}

/* --- running --------------------------------------------------------------------------------- */

struct call {
	const struct setting *setting;
	const struct pipeline *pipeline;
	int messages;
};

static void apply(const struct setting *setting)
{
	struct rlimit files;
	sigset_t set;
	if (setting->block_sigpipe) {
		sigemptyset(&set);
		sigaddset(&set, SIGPIPE);
		sigprocmask(SIG_BLOCK, &set, NULL);
	}
	if (setting->files) {
		getrlimit(RLIMIT_NOFILE, &files);
		files.rlim_cur = setting->files;
		setrlimit(RLIMIT_NOFILE, &files);
	}
}

static int run_pipeline(void *context, void *result, struct error *error)
{
	const struct call *call = context;
	dup2(call->messages, STDERR_FILENO);
	apply(call->setting);
	return pipeline_run(call->pipeline, result, error);
}

int run_in(const struct setting *setting, const struct pipeline *pipeline,
	struct pipeline_result *result)
{
	struct call call = { setting, pipeline, memfd_create("messages", MFD_CLOEXEC) };
	const struct isolated isolated = { run_pipeline, &call, sizeof(*result), "the reader" };
	const struct limits limits = { 60 * INT64_C(1000000000), &signals };
	suite_error.text[0] = '\0';
	int failed = isolated_run(&isolated, &limits, result, &suite_error);
	ssize_t length = pread(call.messages, suite_messages, sizeof(suite_messages) - 1, 0);
	suite_messages[length > 0 ? length : 0] = '\0';
	close(call.messages);
	return failed;
}

int suite_set_up(void **unused)
{
	(void)unused;
	return signals_init(&signals, &suite_error);
}

int suite_tear_down(void **unused)
{
	(void)unused;
	signals_finish(&signals);
	return 0;
}
