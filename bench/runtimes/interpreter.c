/*
 * See interpreter.h. The command is run up to four times: with --version, with -v if it is a
 * compiler that prints only a number, to compile, and to describe its runtime.
 */
#include "interpreter.h"

#include "command.h"
#include "compile.h"
#include "describe.h"
#include "language.h"
#include "lockmodel.h"
#include "shared.h"
#include "subprocess.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The name becomes part of the names of rows. */
enum { NAME_MAX_BYTES = 128 };

static const int64_t deadline_ns = 10 * INT64_C(1000000000);

struct interpreter {
	char *line; /* the command line, in printable characters */
	struct command command;
	const struct language *language;
	char program[PATH_MAX];         /* the path of its program */
	struct compilation compilation; /* of the program, if the language is compiled */
	struct describe description;
	char name[NAME_MAX_BYTES];
	struct spec model;
	struct error no_model; /* why there is no model; empty if there is one */
};

/* --- the language ---------------------------------------------------------------------------- */

static int refuse_language(char *answer, struct error *error)
{
	answer[strcspn(answer, "\n")] = '\0';
	text_make_printable(answer);
	return error_set(error, -EBADMSG,
		"unknown language: it printed '%.80s' for --version; known are %s", answer,
		language_names());
}

static int ask(const struct interpreter *interpreter, const char *option,
	const struct signals *signals, char answer[COMMAND_ANSWER_MAX], struct error *error)
{
	const char *const more[] = { option, NULL };
	const struct limits limits = { deadline_ns, signals };
	struct error reason;
	int result = command_ask(&interpreter->command, more, &limits, answer, &reason);
	if (result == -ETIMEDOUT) {
		error_set(error, result, "run with %s, it %s", option, reason.text);
	} else if (result) {
		*error = reason;
	}
	return result;
}

static int find_language(
	struct interpreter *interpreter, const struct signals *signals, struct error *error)
{
	char answer[COMMAND_ANSWER_MAX];
	char more[COMMAND_ANSWER_MAX] = "";
	int result = ask(interpreter, "--version", signals, answer, error);
	if (!result && language_is_number(answer)) {
		result = ask(interpreter, "-v", signals, more, error);
	}
	if (result) {
		return result;
	}
	interpreter->language = language_find(answer, more);
	return interpreter->language ? 0 : refuse_language(answer, error);
}

static int find_program(
	struct interpreter *interpreter, const struct signals *signals, struct error *error)
{
	const struct language *language = interpreter->language;
	if (!language->program) {
		return 0;
	}
	int result = language_find_program(language->program, interpreter->program, error);
	if (!result && language->compiled) {
		result = compile_init(&interpreter->compilation, &interpreter->command, language,
			interpreter->program, signals, error);
	}
	return result;
}

/* --- the description ------------------------------------------------------------------------- */

static int run_describe(struct interpreter *interpreter, char **words,
	const struct signals *signals, struct error *error)
{
	struct describe *description = shared_create(sizeof(*description), error);
	if (!description) {
		return -ENOMEM;
	}
	const struct limits limits = { deadline_ns, signals };
	struct subprocess subprocess = {
		.words = words,
		.input = -1,
		.line = describe_take_line,
		.end = describe_end,
		.context = description,
	};
	int result = subprocess_run(&subprocess, &limits, &description->outcome, error);
	interpreter->description = *description;
	shared_destroy(description, sizeof(*description));
	return result;
}

static int describe(
	struct interpreter *interpreter, const struct signals *signals, struct error *error)
{
	char argument[] = "describe";
	char **words = interpreter_words(interpreter, 1);
	if (!words) {
		return error_set(error, -ENOMEM, "out of memory");
	}
	char **end = words;
	while (*end) {
		end++;
	}
	*end = argument;
	int result = run_describe(interpreter, words, signals, error);
	free(words);
	return result;
}

/* --- the model and the name ------------------------------------------------------------------ */

static int find_model(const struct describe *description, const char *params, struct spec *model,
	struct error *error)
{
	if (description->unlocked) {
		return spec_parse(model, "lock model", lockmodel_form, "none", error);
	}
	return lockmodel_for_runtime(
		description->runtime, description->major, description->minor, params, model, error);
}

/* Appends the settings that differ from the runtime's defaults. */
static void name_settings(struct interpreter *interpreter, size_t used)
{
	struct spec defaults;
	struct error error;
	if (interpreter->no_model.text[0] ||
		find_model(&interpreter->description, "", &defaults, &error)) {
		return;
	}
	const struct spec_form *form = lockmodel_form(defaults.index);
	for (size_t i = 0; i < SPEC_PARAMS_MAX && form->params[i].name; i++) {
		char value[DESCRIBE_WORD_MAX];
		if (defaults.values[i] != interpreter->model.values[i] && used < NAME_MAX_BYTES) {
			spec_print_value(value, sizeof(value), &form->params[i],
				interpreter->model.values[i]);
			used += (size_t)snprintf(interpreter->name + used, NAME_MAX_BYTES - used,
				":%s=%s", form->params[i].name, value);
		}
	}
}

static void find_name_and_model(struct interpreter *interpreter)
{
	const struct describe *description = &interpreter->description;
	find_model(description, description->params, &interpreter->model, &interpreter->no_model);
	int used = snprintf(interpreter->name, NAME_MAX_BYTES, "%s-%s", description->runtime,
		description->version);
	name_settings(interpreter, (size_t)used);
}

/* --- the interpreter ------------------------------------------------------------------------- */

static int probe(
	struct interpreter *interpreter, const struct signals *signals, struct error *error)
{
	int result = find_language(interpreter, signals, error);
	result = result ? result : find_program(interpreter, signals, error);
	result = result ? result : describe(interpreter, signals, error);
	if (!result) {
		find_name_and_model(interpreter);
	}
	/* From interpreter_create(), these mean that the command line is wrong. */
	return result == -EINVAL || result == -ENOENT || result == -EACCES ? -ECHILD : result;
}

/* Puts the command before the error, and makes the whole printable. */
static void name_command(const struct interpreter *interpreter, int code, struct error *error)
{
	struct error reason = *error;
	if (code != -EINTR) {
		error_set(error, code, "interpreter '%.200s': %s", interpreter->line, reason.text);
	}
	text_make_printable(error->text);
}

struct interpreter *interpreter_create(
	const char *command, const struct signals *signals, struct error *error)
{
	struct interpreter *interpreter = calloc(1, sizeof(*interpreter));
	if (!interpreter || !(interpreter->line = strdup(command))) {
		free(interpreter);
		error_set(error, -ENOMEM, "out of memory");
		errno = ENOMEM;
		return NULL;
	}
	text_make_printable(interpreter->line);
	int result = command_init(&interpreter->command, command, error);
	result = result ? result : command_check(&interpreter->command, error);
	result = result ? result : probe(interpreter, signals, error);
	if (result) {
		name_command(interpreter, result, error);
		interpreter_destroy(interpreter);
		errno = -result;
		return NULL;
	}
	return interpreter;
}

void interpreter_destroy(struct interpreter *interpreter)
{
	if (!interpreter) {
		return;
	}
	compile_finish(&interpreter->compilation);
	command_finish(&interpreter->command);
	free(interpreter->line);
	free(interpreter);
}

const char *interpreter_command(const struct interpreter *interpreter)
{
	return interpreter->line;
}

const char *interpreter_name(const struct interpreter *interpreter)
{
	return interpreter->name;
}

void interpreter_number(struct interpreter *interpreter, int number)
{
	enum { NUMBER_MAX_BYTES = 12 };
	size_t room = NAME_MAX_BYTES - NUMBER_MAX_BYTES;
	size_t used = strlen(interpreter->name);
	used = used < room ? used : room;
	snprintf(interpreter->name + used, NAME_MAX_BYTES - used, "#%d", number);
}

const struct spec *interpreter_model(const struct interpreter *interpreter, struct error *error)
{
	if (interpreter->no_model.text[0]) {
		*error = interpreter->no_model;
		return NULL;
	}
	return &interpreter->model;
}

bool interpreter_supports(const struct interpreter *interpreter, const char *experiment)
{
	char word[DESCRIBE_WORD_MAX];
	snprintf(word, sizeof(word), " %s ", experiment);
	return strstr(interpreter->description.experiments, word) != NULL;
}

clockid_t interpreter_clock(const struct interpreter *interpreter)
{
	return interpreter->description.clock;
}

static char **compiled_words(const struct interpreter *interpreter, size_t extra)
{
	char **words = calloc(extra + 2, sizeof(*words));
	if (words) {
		words[0] = (char *)interpreter->compilation.executable;
	}
	return words;
}

char **interpreter_words(const struct interpreter *interpreter, size_t extra)
{
	const char *more[LANGUAGE_WORDS_MAX + 2] = { NULL };
	const struct language *language = interpreter->language;
	size_t count = 0;
	if (language->compiled) {
		return compiled_words(interpreter, extra);
	}
	for (; language->options[count]; count++) {
		more[count] = language->options[count];
	}
	more[count] = language->program ? interpreter->program : NULL;
	return command_words(&interpreter->command, more, extra);
}
