/*
 * The ways in which gilbench executes itself, and the tasks that it is asked for; see ways.h. Only
 * names and numbers as text cross to the new process, and a line of text comes back.
 */
#include "ways.h"

#include "kernel.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- in the process that was spawned --------------------------------------------------------- */

enum { UNITS_MAX = 1000000000 };

static int refuse(const struct error *error)
{
	fprintf(stderr, "gilbench: %s\n", error->text);
	return SPAWN_UNKNOWN;
}

static bool parse_units(const char *text, uint64_t *units)
{
	char *end;
	errno = 0;
	*units = strtoull(text, &end, 10);
	return !errno && !*end && text[0] >= '0' && text[0] <= '9' && *units > 0 &&
	       *units <= UNITS_MAX;
}

static int parse(int count, char **words, struct spec *spec, uint64_t *units, struct error *error)
{
	if (count != 2) {
		return error_set(error, -EINVAL,
			"the task start-kernel takes two words, KERNEL and UNITS, not %d", count);
	}
	if (!parse_units(words[1], units)) {
		return error_set(error, -EINVAL,
			"start-kernel: invalid number of units '%s'; it takes a whole number from "
			"1 to %d",
			words[1], UNITS_MAX);
	}
	return spec_parse(spec, "kernel", kernel_form, words[0], error);
}

static int compute(const struct spec *spec, uint64_t units, uint64_t *checksum, struct error *error)
{
	const struct kernel *kernel = kernel_at(spec->index);
	void *data = kernel->create ? kernel->create(spec, 0) : NULL;
	if (kernel->create && !data) {
		return error_system(error, -errno, "could not create the kernel '%s'", spec->text);
	}
	if (kernel->fill) {
		kernel->fill(data);
	}
	if (kernel->prepare) {
		kernel->prepare(data);
	}
	*checksum = kernel->run_bare(data, 0, units);
	if (kernel->destroy) {
		kernel->destroy(data);
	}
	return 0;
}

static int run_kernel(int count, char **words)
{
	struct spec spec = { 0 };
	uint64_t units = 0;
	uint64_t checksum = 0;
	struct error error;
	if (parse(count, words, &spec, &units, &error)) {
		return refuse(&error);
	}
	if (compute(&spec, units, &checksum, &error)) {
		fprintf(stderr, "gilbench: %s\n", error.text);
		return EXIT_FAILURE;
	}
	printf("%016" PRIx64 "\n", checksum);
	return fflush(stdout) ? EXIT_FAILURE : EXIT_SUCCESS;
}

static int run_nothing(int count, char **words)
{
	struct error error;
	if (count > 0) {
		error_set(&error, -EINVAL, "the task start-nothing takes no words, such as '%s'",
			words[0]);
		return refuse(&error);
	}
	return EXIT_SUCCESS;
}

const struct spawn_task start_tasks[] = {
	{ "start-kernel", run_kernel },
	{ "start-nothing", run_nothing },
	{ 0 },
};

/* --- in the process that starts it ----------------------------------------------------------- */

int start_gilbench(struct starter *starter, struct error *error)
{
	(void)starter;
	pid_t process = spawn_start("start-nothing", NULL, -1, -1, error);
	return process > 0 ? start_await(process, "gilbench's task start-nothing", error) : process;
}

/* The checksum of `units` units of the kernel countdown is their number. */
int start_by_name(struct starter *starter, struct error *error)
{
	static const char *const words[] = { "countdown", "1", NULL };
	static const char expected[] = "0000000000000001\n";
	char line[sizeof(expected)] = "";
	pid_t process = spawn_start("start-kernel", words, -1, starter->results[1], error);
	int result =
		process > 0 ? start_await(process, "gilbench's task start-kernel", error) : process;
	if (result) {
		return result;
	}
	/* The worker has ended, and its line fits into the pipe: so it is there. */
	ssize_t got = read(starter->results[0], line, sizeof(line) - 1);
	return got > 0 && strcmp(line, expected) == 0
		       ? 0
		       : error_set(error, -EBADMSG,
				 "the worker returned '%s' instead of its checksum", line);
}
