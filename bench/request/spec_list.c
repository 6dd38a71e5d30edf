/* See spec_list.h. */
#include "spec_list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int spec_list_add(struct spec_list *list, const char *what, spec_registry *registry,
	const char *text, struct error *error)
{
	struct spec spec;
	int result = spec_parse(&spec, what, registry, text, error);
	if (result) {
		return result;
	}
	for (size_t i = 0; i < list->count; i++) {
		if (strcmp(list->specs[i].text, spec.text) == 0) {
			return 0;
		}
	}
	if (list->count == SPEC_LIST_MAX) {
		return error_set(error, -EINVAL, "more than %d in a list", SPEC_LIST_MAX);
	}
	list->specs[list->count++] = spec;
	return 0;
}

static int add_all(
	struct spec_list *list, const char *what, spec_registry *registry, struct error *error)
{
	int result = 0;
	for (size_t i = 0; !result && registry(i); i++) {
		result = spec_list_add(list, what, registry, registry(i)->name, error);
	}
	return result;
}

int spec_list_parse(struct spec_list *list, const char *what, spec_registry *registry,
	const char *texts, struct error *error)
{
	char *copy = strdup(texts);
	char *rest = copy;
	int result = copy ? 0 : error_set(error, -ENOMEM, "out of memory");
	while (!result && rest) {
		const char *text = strsep(&rest, ",");
		result = strcmp(text, "all") == 0
				 ? add_all(list, what, registry, error)
				 : spec_list_add(list, what, registry, text, error);
	}
	free(copy);
	return result;
}
