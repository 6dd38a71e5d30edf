/*
 * Specs: how a plug-in (a lock model, a kernel, ...) is chosen and set up from a line of text.
 *
 *	name[:param=value]...		as in  cpython3:interval=500us  or  chase:size=64MiB
 *
 * A plug-in describes itself by a `struct spec_form`; a registry is a function that returns its
 * forms by index. Parsing checks everything against the forms, and yields the values of all
 * parameters, and a normalised text in which equal specs are equal: parameters in the form's order,
 * the largest unit that fits, those that have their default left out.
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
	SPEC_CHOICE,   /* one of some words; the value is its index */
};

struct spec_param {
	const char *name; /* NULL ends the list */
	const char *summary;
	enum spec_kind kind;
	int64_t initial, min, max;
	const char *const *words; /* of a SPEC_CHOICE, instead of min and max; NULL ends them */
};

struct spec_form {
	const char *name;
	const char *summary; /* one line, for --list */
	const char *source;  /* where the behaviour was taken from; NULL if it is our own */
	struct spec_param params[SPEC_PARAMS_MAX];
};

/* A registry: the form number `index`, or NULL past the last one. */
typedef const struct spec_form *spec_registry(size_t index);

struct spec {
	size_t index; /* in the registry */
	int64_t values[SPEC_PARAMS_MAX];
	char text[SPEC_TEXT_MAX]; /* normalised */
};

/*
 * Parses `text` against `registry`; `what` names the kind of plug-in in messages ("lock model").
 * Returns 0, or -EINVAL with `error` saying what was wrong and what is allowed.
 */
int spec_parse(struct spec *spec, const char *what, spec_registry *registry, const char *text,
	struct error *error);

/* Parses a value of `param` alone; false if it is none, or out of its range. */
bool spec_parse_value(const char *text, const struct spec_param *param, int64_t *value);

/*
 * Writes a value of `param`: in the largest unit that leaves it whole, as in "500us", or its word.
 */
void spec_print_value(char *text, size_t size, const struct spec_param *param, int64_t value);

/* Writes the names in `registry`, separated by ", ". */
void spec_print_names(char *text, size_t size, spec_registry *registry);

#ifdef __cplusplus
}
#endif
