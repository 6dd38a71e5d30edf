/*
 * Specs: a line of text that selects a plug-in (a lock model, a kernel, ...) and sets its
 * parameters.
 *
 *	name[:param=value]...		e.g.  cpython3:interval=500us  or  chase:size=64MiB
 *
 * A plug-in describes itself by a `struct spec_form`; a registry is a function that returns the
 * forms by index. spec_parse() checks a text against the forms. It yields the values of all
 * parameters and a normalised text, which is the same for all specs of the same meaning: parameters
 * in the order of the form, in the largest unit that leaves the number whole, and without those
 * that have their default value.
 *
 * A number is decimal digits and its unit, nothing else: no sign, blank, fraction or exponent.
 */
#pragma once

#include "error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { SPEC_PARAMS_MAX = 4, SPEC_TEXT_MAX = 128 };

enum spec_kind {
	SPEC_COUNT,    /* a whole number */
	SPEC_DURATION, /* nanoseconds; written with ns, us, ms or s */
	SPEC_SIZE,     /* bytes; written with B, KiB, MiB or GiB */
	SPEC_CHOICE,   /* one of a list of words; the value is its index */
};

struct spec_param {
	const char *name; /* NULL ends the list */
	const char *summary;
	enum spec_kind kind;
	int64_t initial, min, max;
	const char *const *words; /* for SPEC_CHOICE, instead of min and max; ended by NULL */
};

struct spec_form {
	const char *name;
	const char *summary; /* one line, for --list */
	const char *source;  /* the program and files that it follows; NULL if none */
	struct spec_param params[SPEC_PARAMS_MAX];
};

/* Returns the form with this index, or NULL past the last one. */
typedef const struct spec_form *spec_registry(size_t index);

struct spec {
	size_t index; /* of the form in the registry */
	int64_t values[SPEC_PARAMS_MAX];
	char text[SPEC_TEXT_MAX]; /* normalised */
};

/*
 * Parses `text` against `registry`; `what` is the kind of plug-in, for messages ("lock model").
 * Returns 0, or -EINVAL with `error` saying what was wrong and what is allowed.
 */
int spec_parse(struct spec *spec, const char *what, spec_registry *registry, const char *text,
	struct error *error);

/* Parses a single value of `param`. Returns false if it is malformed or out of range. */
bool spec_parse_value(const char *text, const struct spec_param *param, int64_t *value);

/* Prints a value of `param`: its word, or the number in the largest unit, as in "500us". */
void spec_print_value(char *text, size_t size, const struct spec_param *param, int64_t value);

/* Prints the names of all forms, separated by ", ". */
void spec_print_names(char *text, size_t size, spec_registry *registry);

#ifdef __cplusplus
}
#endif
