/* See screen.h. */
#include "screen.h"

#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Writes the path of the script. False if there is none. */
static bool find_script(char *path, size_t size)
{
	char program[PATH_MAX];
	const char *chosen = getenv("GILBENCH_TABLE");
	if (chosen) {
		return (size_t)snprintf(path, size, "%s", chosen) < size && access(path, X_OK) == 0;
	}
	ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
	if (length > 0) {
		program[length] = '\0';
		*strrchr(program, '/') = '\0';
		if ((size_t)snprintf(path, size, "%s/gilbench-table", program) < size &&
			access(path, X_OK) == 0) {
			return true;
		}
	}
	snprintf(path, size, "%s", GILBENCH_TABLE);
	return access(path, X_OK) == 0;
}

bool screen_is_available(void)
{
	char path[PATH_MAX + 32];
	return find_script(path, sizeof(path));
}

/* A file in memory with the text, to be read from its start; or a negative errno value. */
static int open_text(const char *text)
{
	int fd = memfd_create("gilbench-result", MFD_CLOEXEC);
	size_t size = strlen(text);
	for (size_t done = 0; fd >= 0 && done < size;) {
		ssize_t written = write(fd, text + done, size - done);
		if (written < 0 && errno != EINTR) {
			int code = -errno;
			close(fd);
			return code;
		}
		done += written > 0 ? (size_t)written : 0;
	}
	if (fd < 0 || lseek(fd, 0, SEEK_SET) < 0) {
		return -errno;
	}
	return fd;
}

/* In the forked process: lets the script find the distributions, which lie beside no file. */
static void pass_distributions(int fd)
{
	char path[64];
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	fcntl(fd, F_SETFD, 0);
	setenv("GILBENCH_DISTRIBUTIONS", path, 1);
}

/* What the script reads besides files. */
struct inputs {
	int json;
	int distributions; /* -1: none */
};

/* In the forked process. */
__attribute__((noreturn)) static void become(char *script, char *path, const struct inputs *inputs,
	const struct signals *signals, pid_t parent)
{
	char *words[] = { script, path, NULL };
	dup2(inputs->json, STDIN_FILENO);
	if (inputs->distributions >= 0) {
		pass_distributions(inputs->distributions);
	}
	signals_reset_dispositions();
	signals_restore(signals);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == parent) {
		execv(script, words);
	}
	fprintf(stderr, "gilbench: '%s' could not be started: %s\n", script, strerror(errno));
	_exit(EXIT_FAILURE);
}

static int run(char *script, char *path, const struct inputs *inputs, const struct signals *signals,
	struct error *error)
{
	int status;
	pid_t parent = getpid();
	fflush(stdout);
	pid_t process = fork();
	if (process == 0) {
		become(script, path, inputs, signals, parent);
	}
	if (process < 0) {
		return error_system(error, -errno, "could not fork");
	}
	while (waitpid(process, &status, 0) < 0) {
		if (errno != EINTR) {
			return error_system(error, -errno, "could not wait for '%s'", script);
		}
	}
	if (status != 0) {
		char end[128];
		child_describe_status(end, sizeof(end), status);
		return error_set(error, -ECHILD, "'%s', which prints the table, %s", script, end);
	}
	return 0;
}

static void close_inputs(const struct inputs *inputs)
{
	if (inputs->json >= 0) {
		close(inputs->json);
	}
	if (inputs->distributions >= 0) {
		close(inputs->distributions);
	}
}

/* 0, or a negative errno value. */
static int open_inputs(struct inputs *inputs, const struct screen_source *source)
{
	*inputs = (struct inputs){ open_text(source->path ? "" : source->json), -1 };
	if (inputs->json < 0) {
		return inputs->json;
	}
	if (source->path || !source->distributions) {
		return 0;
	}
	inputs->distributions = open_text(source->distributions);
	return inputs->distributions < 0 ? inputs->distributions : 0;
}

int screen_show(
	const struct screen_source *source, const struct signals *signals, struct error *error)
{
	char script[PATH_MAX + 32];
	char words[PATH_MAX];
	const char *path = source->path;
	struct inputs inputs;
	if (!find_script(script, sizeof(script))) {
		return error_set(
			error, -ENOENT, "there is no '%s', which prints the table", script);
	}
	int result = open_inputs(&inputs, source);
	if (result) {
		close_inputs(&inputs);
		return error_system(error, result, "could not pass the results to '%s'", script);
	}
	/* A path must not be taken for an option. */
	bool is_plain = path && path[0] != '-';
	snprintf(words, sizeof(words), "%s%s", path && !is_plain ? "./" : "",
		path ? path : "/dev/stdin");
	result = run(script, words, &inputs, signals, error);
	close_inputs(&inputs);
	return result;
}
