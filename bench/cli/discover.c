/*
 * See discover.h. A command that cannot be started is taken for a mistake in the command line. An
 * interpreter that starts, but cannot be probed, is skipped; everything else is still measured.
 */
#include "discover.h"

#include "context.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Appends a number to the name of an interpreter of the same kind as an earlier one. */
static void number_interpreter(const struct request *request, struct interpreter *interpreter)
{
	int alike = 1;
	for (size_t i = 0; i < request->interpreter_count; i++) {
		const char *name = interpreter_name(request->interpreters[i]);
		size_t length = strlen(interpreter_name(interpreter));
		alike += strncmp(name, interpreter_name(interpreter), length) == 0 &&
			 (name[length] == '\0' || name[length] == '#');
	}
	if (alike > 1) {
		interpreter_number(interpreter, alike);
	}
}

/* Fills `taken` if the result cannot say which command it is. */
static void add_interpreter(
	struct request *request, struct interpreter *interpreter, struct error *taken)
{
	char key[256];
	struct error error;
	number_interpreter(request, interpreter);
	request->interpreters[request->interpreter_count++] = interpreter;
	snprintf(key, sizeof(key), "interpreter.%s", interpreter_name(interpreter));
	context_put(key, interpreter_command(interpreter), taken);
	if (!interpreter_model(interpreter, &error)) {
		fprintf(stderr,
			"gilbench: interpreter '%s': %s; it runs without a model beside it\n",
			interpreter_command(interpreter), error.text);
	}
}

static bool is_final(int code)
{
	return code == EINTR || code == ENOENT || code == EACCES || code == EINVAL;
}

enum discover_result discover(struct options *options, const struct signals *signals)
{
	enum discover_result result = DISCOVER_ALL;
	struct error taken = { "" };
	for (size_t i = 0; i < options->interpreters_count; i++) {
		struct error error;
		struct interpreter *interpreter =
			interpreter_create(options->interpreters[i], signals, &error);
		if (interpreter) {
			add_interpreter(&options->request, interpreter, &taken);
		} else if (is_final(errno)) {
			fprintf(stderr, "gilbench: %s\n", error.text);
			return DISCOVER_FAILED;
		} else {
			fprintf(stderr, "gilbench: %s; it is skipped\n", error.text);
			result = DISCOVER_SKIPPED;
		}
	}
	if (taken.text[0]) {
		fprintf(stderr, "gilbench: %s\n", taken.text);
		return DISCOVER_FAILED;
	}
	return result;
}

void discover_finish(struct request *request)
{
	for (size_t i = 0; i < request->interpreter_count; i++) {
		interpreter_destroy(request->interpreters[i]);
	}
	request->interpreter_count = 0;
}
