/* See session_suite.h. */
#include "session_suite.h"
#include "test.h"

#include "clock.h"

#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct session *suite_session;
struct error suite_error;

static struct placement *placement;
static pid_t program;
static int commands; /* a byte makes the program start a thread */
static int threads;  /* a byte: it has started one */
static int answers[2];

/* --- the program ----------------------------------------------------------------------------- */

static void *wait_for_ever(void *unused)
{
	(void)unused;
	for (;;) {
		pause();
	}
	return NULL;
}

__attribute__((noreturn)) static void program_main(int input, int output)
{
	char byte;
	while (read(input, &byte, 1) == 1) {
		pthread_t thread;
		pthread_create(&thread, NULL, wait_for_ever, NULL);
		ssize_t written = write(output, &byte, 1);
		(void)written;
	}
	_exit(0);
}

int suite_start_program(void **unused)
{
	(void)unused;
	int input[2];
	int output[2];
	setpgid(0, 0);
	if (pipe(input) || pipe(output)) {
		return -1;
	}
	program = fork();
	if (program == 0) {
		close(input[1]);
		program_main(input[0], output[1]);
	}
	close(input[0]);
	close(output[1]);
	commands = input[1];
	threads = output[0];
	return program < 0 ? -1 : 0;
}

int suite_stop_program(void **unused)
{
	(void)unused;
	close(commands);
	close(threads);
	return waitpid(program, NULL, 0) == program ? 0 : -1;
}

void suite_start_thread(void)
{
	char byte = '!';
	assert_int_equal(write(commands, &byte, 1), 1);
	assert_int_equal(read(threads, &byte, 1), 1);
}

/* --- the session ----------------------------------------------------------------------------- */

void suite_reset(void)
{
	memset(suite_session, 0, session_size(SUITE_WORKERS));
	suite_error.text[0] = '\0';
	suite_session->placement = placement;
	suite_session->workers = SUITE_WORKERS;
	suite_session->units = SUITE_UNITS;
	suite_session->clock = CLOCK_MONOTONIC;
	suite_session->answers = answers[1];
}

int suite_set_up(void **unused)
{
	(void)unused;
	placement = placement_create(PLACEMENT_NONE, &suite_error);
	suite_session = malloc(session_size(SUITE_WORKERS));
	if (!placement || !suite_session || pipe2(answers, O_NONBLOCK)) {
		return -1;
	}
	suite_reset();
	return 0;
}

int suite_tear_down(void **unused)
{
	(void)unused;
	free(suite_session);
	placement_destroy(placement);
	close(answers[0]);
	close(answers[1]);
	return 0;
}

/* A sanitizer sees what reads beyond the line. */
int suite_take(const char *text)
{
	char *line = strdup(text);
	assert_non_null(line);
	int result = session_take_line(suite_session, line, &suite_error);
	free(line);
	return result;
}

void suite_expand(const char *form, char line[SUITE_LINE_MAX])
{
	size_t used = 0;
	while (*form && used < SUITE_LINE_MAX - 32) {
		if (form[0] != '%') {
			line[used++] = *form++;
			continue;
		}
		int64_t value = form[1] == 'P' ? program : clock_now_ns();
		form += 2;
		if (*form == '+' || *form == '-') {
			char *end;
			value += strtoll(form, &end, 10);
			form = end;
		}
		used += (size_t)snprintf(line + used, SUITE_LINE_MAX - used, "%" PRId64, value);
	}
	line[used] = '\0';
}

int suite_take_form(const char *form)
{
	char line[SUITE_LINE_MAX];
	suite_expand(form, line);
	return suite_take(line);
}

/* The answers that have been written since the last call. */
ssize_t suite_count_answers(void)
{
	char text[64];
	ssize_t count = read(answers[0], text, sizeof(text));
	return count < 0 ? 0 : count;
}
