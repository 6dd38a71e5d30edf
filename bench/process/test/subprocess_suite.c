/* See subprocess_suite.h. */
#include "subprocess_suite.h"

#include "reaper.h"
#include "shared.h"
#include "test.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct suite_notes *notes;
struct signals signals;
struct error error;

int suite_set_up(void **unused)
{
	(void)unused;
	struct rlimit none = { 0, 0 };
	signal(SIGTERM, SIG_DFL);
	setrlimit(RLIMIT_CORE, &none); /* some programs here crash */
	reaper_adopt();
	error.text[0] = '\0';
	notes = shared_create(sizeof(*notes), &error);
	notes->runner = getpid();
	return signals_init(&signals, &error);
}

/* The test is a subreaper: whatever a supervisor leaves behind becomes its child. */
int suite_tear_down(void **unused)
{
	(void)unused;
	enum { PATIENCE_MS = 20000 };
	pid_t survivor;
	bool left = reaper_wait(PATIENCE_MS) != 0;
	reaper_kill(PATIENCE_MS, &survivor);
	left |= notes->group && kill(-notes->group, 0) == 0;
	shared_destroy(notes, sizeof(*notes));
	signals_finish(&signals);
	return left;
}

/* How many children the supervisor, the listener's parent, has, ended or not. */
static int count_children(void)
{
	char path[64];
	int child;
	int count = 0;
	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)getppid(), (int)getppid());
	FILE *file = fopen(path, "r");
	while (file && fscanf(file, "%d", &child) == 1) {
		count++;
	}
	if (file) {
		fclose(file);
	}
	return count;
}

static void wait_for_one_child(void)
{
	enum { TRIES = 3000 };
	for (int i = 0; i < TRIES && (notes->children = count_children()) > 1; i++) {
		usleep(10000);
	}
}

static int take_line(void *context, char *line, struct error *why)
{
	struct suite_notes *taken = context;
	size_t used = strlen(taken->kept);
	snprintf(taken->kept + used, SUITE_KEPT_BYTES - used, "%s|", line);
	taken->group = getpgrp();
	if (++taken->lines == taken->interrupt) {
		kill(taken->runner, SIGTERM);
	}
	if (taken->count_children) {
		wait_for_one_child();
	}
	if (taken->answers && write(taken->answers, "\n", 1) != 1) {
		return error_set(why, -EPIPE, "no answer");
	}
	return strcmp(line, "wrong") ? 0 : error_set(why, -EBADMSG, "it was wrong");
}

int suite_run_words(char *const *words, bool both, int input, int64_t deadline_ns)
{
	const struct limits limits = { deadline_ns, &signals };
	const struct subprocess subprocess = {
		.words = words,
		.input = input,
		.both = both,
		.line = take_line,
		.context = notes,
	};
	return subprocess_run(&subprocess, &limits, &notes->outcome, &error);
}

int suite_run(const char *script, int64_t deadline_ns)
{
	char *words[] = { "sh", "-c", (char *)(uintptr_t)script, NULL };
	return suite_run_words(words, false, -1, deadline_ns);
}

void suite_expect_lines(const char *script, const char *lines)
{
	notes->kept[0] = '\0';
	assert_int_equal(suite_run(script, SUITE_FOREVER_NS), 0);
	assert_string_equal(notes->kept, lines);
}

void suite_expect_failure(const char *script, const char *text)
{
	assert_int_equal(suite_run(script, SUITE_FOREVER_NS), -ECHILD);
	assert_string_equal(error.text, text);
	memset(&notes->outcome, 0, sizeof(notes->outcome));
}
