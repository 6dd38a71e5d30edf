/*
 * Describes experiments in the context of a result, so that its readers need not know them; see
 * experiment_add_context() in experiment.h.
 */
#include "experiment.h"

#include "context.h"
#include "report.h"

#include <stdio.h>
#include <stdlib.h>

/* The keys of a row's parts, in their order. */
static const struct {
	unsigned axis;
	const char *key;
} axes[] = {
	{ GRID_KERNEL, "kernel" },
	{ GRID_MODE, "mode" },
	{ GRID_LOCK, "lock" },
	{ GRID_RUNTIME, "runtime" },
	{ GRID_WORKERS, "workers" },
};

static void append(char *text, size_t size, size_t *used, const char *separator, const char *word)
{
	if (*used < size) {
		*used += (size_t)snprintf(
			text + *used, size - *used, "%s%s", *used ? separator : "", word);
	}
}

void experiment_print_axes(
	char *text, size_t size, const struct experiment *experiment, const char *separator)
{
	size_t used = 0;
	text[0] = '\0';
	for (size_t i = 0; i < sizeof(axes) / sizeof(axes[0]); i++) {
		if (experiment->grid.axes & axes[i].axis) {
			append(text, size, &used, separator, axes[i].key);
		}
	}
	for (const char *const *key = experiment->own_axes; key && *key; key++) {
		append(text, size, &used, separator, *key);
	}
	for (size_t i = 0; i < SPEC_PARAMS_MAX && experiment->form.params[i].name; i++) {
		append(text, size, &used, separator, experiment->form.params[i].name);
	}
}

static void print_quantity(FILE *file, const struct quantity *quantity)
{
	static const char *const better[] = {
		[QUANTITY_NEITHER] = "-",
		[QUANTITY_LOWER] = "lower",
		[QUANTITY_HIGHER] = "higher",
	};
	fprintf(file, "%s %s %s", quantity->name, quantity->unit, better[quantity->better]);
}

static void print_quantities(FILE *file, const struct quantity *list, const char *separator)
{
	for (const struct quantity *quantity = list; quantity && quantity->name; quantity++) {
		fputs(quantity == list ? separator : ", ", file);
		print_quantity(file, quantity);
	}
}

/* Adds what has been printed, and starts anew. */
static void add(const struct experiment *experiment, const char *what, const char *text,
	struct error *error)
{
	char key[128];
	snprintf(key, sizeof(key), "experiment.%s.%s", experiment->form.name, what);
	context_put(key, text, error);
}

static void add_quantities(const struct experiment *experiment, const char *what,
	const struct quantity *own, const struct quantity *common, struct error *error)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);
	if (!file) {
		return;
	}
	print_quantities(file, own, "");
	print_quantities(file, common, own ? ", " : "");
	if (fclose(file) == 0) {
		add(experiment, what, text, error);
	}
	free(text);
}

static void describe(const struct experiment *experiment, struct error *error)
{
	char text[256];
	const struct quantity value[] = { experiment->value, { 0 } };
	add(experiment, "summary", experiment->form.summary, error);
	add_quantities(experiment, "value", value, NULL, error);
	experiment_print_axes(text, sizeof(text), experiment, " ");
	add(experiment, "axes", text, error);
	add_quantities(experiment, "counters", experiment->counters, report_counters, error);
	if (experiment->distribution) {
		snprintf(text, sizeof(text), "%s %s", experiment->distribution->name,
			experiment->distribution->unit);
		add(experiment, "distribution", text, error);
	}
}

void experiment_add_context(const struct request *request, struct error *error)
{
	for (size_t i = 0; i < request->experiments.count; i++) {
		describe(experiment_at(request->experiments.specs[i].index), error);
	}
}
