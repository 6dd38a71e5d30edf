/*
 * Experiments: named sets of rows, each of which answers one question. An experiment is one file in
 * experiments/ with one `const struct experiment`, a line in the registry
 * (experiments/experiments.h) and one in meson.build.
 */
#pragma once

#include "interpreter.h"
#include "options.h"
#include "plan.h"

/* What the experiments of a run draw on, and what they have in common. */
struct experiment_setting {
	const struct options *options;
	const struct placement *placement;
	struct interpreter *const *interpreters; /* the real ones to run beside the models */
	size_t interpreter_count;
};

struct experiment {
	struct spec_form form;
	/*
	 * Its rows do not depend on the kernels, modes, numbers of workers and interpreters asked
	 * for.
	 */
	bool fixed_rows;
	/* It has rows without any CPU-bound worker. */
	bool idle_rows;
	/* Adds the rows to the plan. 0, or a negative errno value with `error`. */
	int (*plan)(
		struct plan *plan, const struct experiment_setting *setting, struct error *error);
};

/* The experiment number `index`, or NULL past the last; and the same as a registry. */
const struct experiment *experiment_at(size_t index);
const struct spec_form *experiment_form(size_t index);
