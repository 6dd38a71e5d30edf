/*
 * Experiments: named sets of rows, each of which answers one question. An experiment is one file in
 * this folder with one `const struct experiment`, one line in the registry (registry.h) and one in
 * meson.build.
 */
#pragma once

#include "grid.h"
#include "plan.h"
#include "spawn_task.h"

struct experiment {
	/* Its name, summary and parameters; these are the last parts of its row names. */
	struct spec_form form;
	/* An example for --help: a command line, and what it shows; NULL: none. */
	const char *example, *example_shows;
	struct quantity value; /* what a row's time is */
	const struct quantity
		*counters; /* those that its rows have besides the common ones; or NULL */
	const struct quantity
		*distribution; /* what its rows keep whole distributions of; or NULL */
	struct grid grid;
	/* The keys of parts that only its rows have (struct row_part), ended by NULL; or NULL. */
	const char *const *own_axes;
	/* What a process may be spawned for (spawn_task.h); or NULL. Its name begins with the experiment's. */
	const struct spawn_task *tasks;
	/* Adds its rows. `self` holds its parameters. Returns 0, or a negative errno value with `error`. */
	int (*plan)(struct plan *plan, const struct request *request, const struct spec *self,
		struct error *error);
};

/* The experiment number `index`, or NULL past the last; and its form, a registry for spec_parse(). */
const struct experiment *experiment_at(size_t index);
const struct spec_form *experiment_form(size_t index);

/* Adds the rows of all experiments that the request asks for, each once, in their order. */
int experiment_plan_all(struct plan *plan, const struct request *request, struct error *error);

/*
 * Runs the task that the first of `count` words names, with the others; for a process that was
 * spawned. Returns its exit status: SPAWN_UNKNOWN, after a line to standard error that lists the
 * known names, if there is no such task.
 */
int experiment_run_task(int count, char **words);

/* Writes the names of the experiment's axes, in the order of the parts, with `separator` between. */
void experiment_print_axes(
	char *text, size_t size, const struct experiment *experiment, const char *separator);

/*
 * Adds to Google Benchmark's context what a reader has to know of each experiment of the request:
 * its summary, value, axes, counters and distribution, with units and directions. scripts/README.md
 * has the format.
 */
void experiment_add_context(const struct request *request, struct error *error);
