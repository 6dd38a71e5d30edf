/*
 * See interpreter.h. Three questions at most: --version, and -v of a compiler that tells but its
 * number, say which language it is; then the program, run with `describe`, says the rest.
 */
#include "interpreter.h"

#include "command.h"
#include "compiled.h"
#include "description.h"
#include "exchange.h"
#include "language.h"
#include "lockmodel.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A name is part of those of rows. */
enum { NAME_MAX_BYTES = 128 };

static const int64_t deadline_ns = 10 * INT64_C(1000000000);

struct interpreter {
	char *line; /* the command as it was given, in printable characters */
	struct command command;
	const struct language *language;
	char program[PATH_MAX];   /* the program's file */
	struct compiled compiled; /* what was made of it, in a compiled language */
	struct description description;
	char name[NAME_MAX_BYTES];
	struct spec model;
	struct error no_model; /* why there is none; empty: there is */
};

/* --- the language ---------------------------------------------------------------------------- */

static int refuse_language(char *answer, struct error *error)
{
	answer[strcspn(answer, "\n")] = '\0';
	exchange_make_printable(answer);
	return error_set(error, -EINVAL,
		"it answers --version with '%.80s', which is no language known here; known are %s",
		answer, language_names());
}

static int find_language(
	struct interpreter *interpreter, const struct signals *signals, struct error *error)
{
	static const char *const version[] = { "--version", NULL };
	static const char *const verbose[] = { "-v", NULL };
	char answer[COMMAND_ANSWER_MAX];
	char more[COMMAND_ANSWER_MAX] = "";
	const struct command *command = &interpreter->command;
	int result = command_ask(command, version, deadline_ns, signals, answer, error);
	if (result == -ETIMEDOUT) {
		struct error why = *error;
		error_set(error, result, "asked --version, it %s", why.text);
	}
	if (!result && language_is_number(answer)) {
		result = command_ask(command, verbose, deadline_ns, signals, more, error);
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
		result = compiled_make(&interpreter->compiled, &interpreter->command, language,
			interpreter->program, signals, error);
	}
	return result;
}

/* --- describing ------------------------------------------------------------------------------ */

static int ask_description(struct interpreter *interpreter, char **words,
	const struct signals *signals, struct error *error)
{
	struct description *description = exchange_share(sizeof(*description), error);
	if (!description) {
		return -ENOMEM;
	}
	struct exchange exchange = {
		.words = words,
		.input = -1,
		.line = description_take_line,
		.end = description_end,
		.context = description,
	};
	int result = exchange_run(&exchange, deadline_ns, signals, &description->outcome, error);
	interpreter->description = *description;
	exchange_unshare(description, sizeof(*description));
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
	int result = ask_description(interpreter, words, signals, error);
	free(words);
	return result;
}

/* --- what follows from it -------------------------------------------------------------------- */

static int find_model(const struct description *description, const char *params, struct spec *model,
	struct error *error)
{
	int major = 0;
	int minor = 0;
	if (description->unlocked) {
		return spec_parse(model, "lock model", lockmodel_form, "none", error);
	}
	sscanf(description->version, "%d.%d", &major, &minor);
	return lockmodel_for_runtime(description->runtime, major, minor, params, model, error);
}

/* The parameters that are set otherwise than in the runtime as it comes. */
static void name_settings(struct interpreter *interpreter, size_t used)
{
	struct spec usual;
	struct error error;
	if (interpreter->no_model.text[0] ||
		find_model(&interpreter->description, "", &usual, &error)) {
		return;
	}
	const struct spec_form *form = lockmodel_form(usual.index);
	for (size_t i = 0; i < SPEC_PARAMS_MAX && form->params[i].name; i++) {
		char value[DESCRIPTION_WORD_MAX];
		if (usual.values[i] != interpreter->model.values[i] && used < NAME_MAX_BYTES) {
			spec_print_value(value, sizeof(value), &form->params[i],
				interpreter->model.values[i]);
			used += (size_t)snprintf(interpreter->name + used, NAME_MAX_BYTES - used,
				":%s=%s", form->params[i].name, value);
		}
	}
}

static void find_name_and_model(struct interpreter *interpreter)
{
	const struct description *description = &interpreter->description;
	find_model(description, description->params, &interpreter->model, &interpreter->no_model);
	int used = snprintf(interpreter->name, NAME_MAX_BYTES, "%s-%s", description->runtime,
		description->version);
	name_settings(interpreter, (size_t)used);
}

/* --- the interpreter ------------------------------------------------------------------------- */

static int find_out(
	struct interpreter *interpreter, const struct signals *signals, struct error *error)
{
	int result = find_language(interpreter, signals, error);
	result = result ? result : find_program(interpreter, signals, error);
	result = result ? result : describe(interpreter, signals, error);
	if (!result) {
		find_name_and_model(interpreter);
	}
	return result;
}

struct interpreter *interpreter_create(
	const char *command, const struct signals *signals, struct error *error)
{
	struct error why;
	struct interpreter *interpreter = calloc(1, sizeof(*interpreter));
	if (!interpreter || !(interpreter->line = strdup(command))) {
		free(interpreter);
		error_set(error, -ENOMEM, "out of memory");
		errno = ENOMEM;
		return NULL;
	}
	exchange_make_printable(interpreter->line);
	int result = command_split(&interpreter->command, command, &why);
	result = result ? result : find_out(interpreter, signals, &why);
	if (result) {
		error_set(error, result, "interpreter '%.200s': %s", interpreter->line, why.text);
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
	compiled_remove(&interpreter->compiled);
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

clockid_t interpreter_clock(const struct interpreter *interpreter)
{
	return interpreter->description.clock;
}

static char **compiled_words(const struct interpreter *interpreter, size_t extra)
{
	char **words = calloc(extra + 2, sizeof(*words));
	if (words) {
		words[0] = (char *)interpreter->compiled.program;
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
