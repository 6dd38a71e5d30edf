/*
 * Parsing specs; see spec.h. A number is scaled by its unit with an overflow check, so that the
 * range check sees either the exact value or none.
 */
#include "spec.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct unit {
	const char *name;
	int64_t scale;
};

enum { UNITS_MAX = 5 };

/* Largest first: spec_print_value() takes the first that divides the value. */
static const struct unit units[][UNITS_MAX] = {
	[SPEC_COUNT] = { { "", 1 } },
	[SPEC_DURATION] = { { "s", 1000000000 }, { "ms", 1000000 }, { "us", 1000 }, { "ns", 1 } },
	[SPEC_SIZE] = { { "GiB", 1 << 30 }, { "MiB", 1 << 20 }, { "KiB", 1 << 10 }, { "B", 1 } },
};

static const char *const unit_names[] = {
	[SPEC_COUNT] = "a whole number",
	[SPEC_DURATION] = "a whole number of ns, us, ms or s",
	[SPEC_SIZE] = "a whole number of B, KiB, MiB or GiB",
};

__attribute__((format(printf, 3, 4))) static void append(
	char *text, size_t size, const char *format, ...)
{
	va_list args;
	size_t used = strlen(text);
	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

void spec_print_value(char *text, size_t size, const struct spec_param *param, int64_t value)
{
	if (param->kind == SPEC_CHOICE) {
		snprintf(text, size, "%s", param->words[value]);
		return;
	}
	const struct unit *unit = units[param->kind];
	while (unit->scale > 1 && (value == 0 || value % unit->scale != 0)) {
		unit++;
	}
	snprintf(text, size, "%lld%s", (long long)(value / unit->scale), unit->name);
}

void spec_print_names(char *text, size_t size, spec_registry *registry)
{
	text[0] = '\0';
	for (size_t i = 0; registry(i); i++) {
		append(text, size, "%s%s", i ? ", " : "", registry(i)->name);
	}
}

static bool parse_word(const char *text, const char *const *words, int64_t *value)
{
	for (*value = 0; words[*value]; ++*value) {
		if (strcmp(text, words[*value]) == 0) {
			return true;
		}
	}
	return false;
}

static bool parse_number(const char *text, enum spec_kind kind, int64_t *value)
{
	char *end;
	if (!isdigit((unsigned char)text[0])) {
		return false;
	}
	errno = 0;
	long long number = strtoll(text, &end, 10);
	if (errno) {
		return false;
	}
	for (const struct unit *unit = units[kind]; unit->name; unit++) {
		if (strcmp(end, unit->name) == 0) {
			return !__builtin_mul_overflow(number, unit->scale, value);
		}
	}
	return false;
}

bool spec_parse_value(const char *text, const struct spec_param *param, int64_t *value)
{
	if (param->kind == SPEC_CHOICE) {
		return parse_word(text, param->words, value);
	}
	return parse_number(text, param->kind, value) && *value >= param->min &&
	       *value <= param->max;
}

static const struct spec_param *find_param(const struct spec_form *form, const char *name)
{
	for (size_t i = 0; i < SPEC_PARAMS_MAX && form->params[i].name; i++) {
		if (strcmp(form->params[i].name, name) == 0) {
			return &form->params[i];
		}
	}
	return NULL;
}

static int unknown_param(const struct spec_form *form, const char *name, struct error *error)
{
	char names[SPEC_TEXT_MAX] = "";
	for (size_t i = 0; i < SPEC_PARAMS_MAX && form->params[i].name; i++) {
		append(names, sizeof(names), "%s%s", i ? ", " : "", form->params[i].name);
	}
	if (!names[0]) {
		return error_set(error, -EINVAL, "'%s' has no parameter '%s'; it takes none",
			form->name, name);
	}
	return error_set(
		error, -EINVAL, "'%s' has no parameter '%s'; known: %s", form->name, name, names);
}

/* Describes the values that a parameter may have. */
static void print_allowed(char *text, size_t size, const struct spec_param *param)
{
	if (param->kind == SPEC_CHOICE) {
		snprintf(text, size, "one of: ");
		for (size_t i = 0; param->words[i]; i++) {
			append(text, size, "%s%s", i ? ", " : "", param->words[i]);
		}
		return;
	}
	char min[32];
	char max[32];
	spec_print_value(min, sizeof(min), param, param->min);
	spec_print_value(max, sizeof(max), param, param->max);
	snprintf(text, size, "%s, from %s to %s", unit_names[param->kind], min, max);
}

static int bad_value(const struct spec_form *form, const struct spec_param *param,
	const char *value, struct error *error)
{
	char allowed[SPEC_TEXT_MAX];
	print_allowed(allowed, sizeof(allowed), param);
	return error_set(error, -EINVAL, "'%s:%s=%s': %s must be %s", form->name, param->name,
		value, param->name, allowed);
}

static int parse_param(
	struct spec *spec, const struct spec_form *form, char *assignment, struct error *error)
{
	char *equals = strchr(assignment, '=');
	if (!equals) {
		return error_set(error, -EINVAL, "'%s:%s': a parameter has the form name=value",
			form->name, assignment);
	}
	*equals = '\0';
	const struct spec_param *param = find_param(form, assignment);
	if (!param) {
		return unknown_param(form, assignment, error);
	}
	int64_t value;
	if (!spec_parse_value(equals + 1, param, &value)) {
		return bad_value(form, param, equals + 1, error);
	}
	spec->values[param - form->params] = value;
	return 0;
}

static int find_form(struct spec *spec, const char *what, spec_registry *registry, const char *name,
	struct error *error)
{
	for (size_t i = 0; registry(i); i++) {
		if (strcmp(registry(i)->name, name) == 0) {
			spec->index = i;
			return 0;
		}
	}
	char names[ERROR_TEXT_MAX];
	spec_print_names(names, sizeof(names), registry);
	return error_set(error, -EINVAL, "unknown %s '%s'; known: %s", what, name, names);
}

static void normalise(struct spec *spec, const struct spec_form *form)
{
	snprintf(spec->text, sizeof(spec->text), "%s", form->name);
	for (size_t i = 0; i < SPEC_PARAMS_MAX && form->params[i].name; i++) {
		if (spec->values[i] != form->params[i].initial) {
			char value[32];
			spec_print_value(value, sizeof(value), &form->params[i], spec->values[i]);
			append(spec->text, sizeof(spec->text), ":%s=%s", form->params[i].name,
				value);
		}
	}
}

int spec_parse(struct spec *spec, const char *what, spec_registry *registry, const char *text,
	struct error *error)
{
	char copy[SPEC_TEXT_MAX];
	if (strlen(text) >= sizeof(copy)) {
		return error_set(error, -EINVAL, "%s '%.20s...' is longer than %d bytes", what,
			text, SPEC_TEXT_MAX - 1);
	}
	memcpy(copy, text, strlen(text) + 1);
	if (!error_clean(copy)) {
		return error_set(error, -EINVAL,
			"%s '%s': control characters and invalid UTF-8 are not allowed", what,
			copy);
	}

	char *rest = copy;
	const char *name = strsep(&rest, ":");
	int result = find_form(spec, what, registry, name, error);
	if (result) {
		return result;
	}
	const struct spec_form *form = registry(spec->index);
	for (size_t i = 0; i < SPEC_PARAMS_MAX; i++) {
		spec->values[i] = form->params[i].initial;
	}
	for (char *assignment; (assignment = strsep(&rest, ":"));) {
		result = parse_param(spec, form, assignment, error);
		if (result) {
			return result;
		}
	}
	normalise(spec, form);
	return 0;
}
