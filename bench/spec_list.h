/* Lists of specs, as an option takes them: "cpython2,cpython3:interval=1ms". */
#pragma once

#include "spec.h"

enum { SPEC_LIST_MAX = 32 };

struct spec_list {
	struct spec specs[SPEC_LIST_MAX];
	size_t count;
};

/*
 * Adds a spec, unless the list has an equal one already. 0, or -EINVAL with `error`, as of
 * spec_parse() or because the list is full.
 */
int spec_list_add(struct spec_list *list, const char *what, spec_registry *registry,
	const char *text, struct error *error);

/* Adds what stands between the commas of `texts`; "all" is all there is. The same, or -ENOMEM. */
int spec_list_parse(struct spec_list *list, const char *what, spec_registry *registry,
	const char *texts, struct error *error);
