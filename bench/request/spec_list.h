/* Lists of specs, as an option takes them: "cpython2,cpython3:interval=1ms". */
#pragma once

#include "spec.h"

enum { SPEC_LIST_MAX = 32 };

struct spec_list {
	struct spec specs[SPEC_LIST_MAX];
	size_t count;
};

/*
 * Adds a spec unless the list has an equal one. Returns 0, or -EINVAL with `error`: as spec_parse(),
 * or because the list is full.
 */
int spec_list_add(struct spec_list *list, const char *what, spec_registry *registry,
	const char *text, struct error *error);

/*
 * Adds the specs in `texts`, which are separated by commas; "all" stands for every name in the
 * registry. Returns 0, -EINVAL or -ENOMEM, with `error`.
 */
int spec_list_parse(struct spec_list *list, const char *what, spec_registry *registry,
	const char *texts, struct error *error);
