/*
 * Finds the lock model that reproduces the lock of a given runtime and version: each model has a
 * table of runtimes, and the tables are searched in the order of the registry.
 */
#include "registry.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Orders versions: negative if `a` is older than `b`, 0 if equal, positive if newer. */
static int compare_versions(struct model_version a, struct model_version b)
{
	return a.major != b.major ? (a.major > b.major) - (a.major < b.major)
				  : (a.minor > b.minor) - (a.minor < b.minor);
}

static bool covers(
	const struct model_runtime *runtime, const char *name, struct model_version version)
{
	return strcmp(runtime->name, name) == 0 && compare_versions(runtime->first, version) <= 0 &&
	       compare_versions(version, runtime->last) <= 0;
}

/* Returns the entry with this index, counted over all tables, and its model; NULL past the last. */
static const struct model_runtime *runtime_at(size_t index, const struct lockmodel **model)
{
	for (size_t i = 0; (*model = registry_model(i)); i++) {
		const struct model_runtime *runtimes = (*model)->runtimes;
		for (size_t k = 0; k < MODEL_RUNTIMES_MAX && runtimes[k].name; k++) {
			if (index-- == 0) {
				return &runtimes[k];
			}
		}
	}
	return NULL;
}

/* Prints, e.g., "cpython up to 3.1", "ruby 2.6 to 3.2" or "pypy 5.0 and later". */
static void print_runtime(char *text, size_t size, const struct model_runtime *runtime)
{
	struct model_version first = runtime->first;
	struct model_version last = runtime->last;
	if (first.major == 0) {
		snprintf(text, size, "%s up to %d.%d", runtime->name, last.major, last.minor);
	} else if (last.major == MODEL_VERSION_LATER) {
		snprintf(text, size, "%s %d.%d and later", runtime->name, first.major, first.minor);
	} else if (compare_versions(first, last) == 0) {
		snprintf(text, size, "%s %d.%d", runtime->name, first.major, first.minor);
	} else {
		snprintf(text, size, "%s %d.%d to %d.%d", runtime->name, first.major, first.minor,
			last.major, last.minor);
	}
}

static int unknown_runtime(const char *name, struct model_version version, struct error *error)
{
	const struct lockmodel *model;
	const struct model_runtime *runtime;
	char known[ERROR_TEXT_MAX] = "";
	for (size_t i = 0; (runtime = runtime_at(i, &model)); i++) {
		char text[64];
		size_t used = strlen(known);
		print_runtime(text, sizeof(text), runtime);
		snprintf(known + used, sizeof(known) - used, "%s%s (%s)", i ? ", " : "", text,
			model->form.name);
	}
	return error_set(error, -ENOENT, "no lock model for %.40s %d.%d; known: %s", name,
		version.major, version.minor, known);
}

int lockmodel_for_runtime(const char *runtime, int major, int minor, const char *params,
	struct spec *spec, struct error *error)
{
	const struct lockmodel *model;
	const struct model_runtime *known;
	struct model_version version = { major, minor };
	for (size_t i = 0; (known = runtime_at(i, &model)); i++) {
		if (covers(known, runtime, version)) {
			/* A text that does not fit here is too long for spec_parse(), too. */
			char text[2 * SPEC_TEXT_MAX];
			snprintf(text, sizeof(text), "%s%s%s", model->form.name,
				known->params ? known->params : "", params);
			return spec_parse(spec, "lock model", lockmodel_form, text, error);
		}
	}
	return unknown_runtime(runtime, version, error);
}
