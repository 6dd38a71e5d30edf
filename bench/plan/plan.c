/* See plan.h. */
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- a row's name ---------------------------------------------------------------------------- */

/* A `value` of NULL is a part that the name does not have. */
static void print_part(FILE *file, const char *key, const char *value)
{
	if (value) {
		fprintf(file, "/%s:%s", key, value);
	}
}

static void print_own_parts(FILE *file, const struct row_spec *spec)
{
	for (size_t i = 0; spec->own && i < SPEC_PARAMS_MAX && spec->form->params[i].name; i++) {
		const struct spec_param *param = &spec->form->params[i];
		char value[SPEC_TEXT_MAX];
		if (spec->own->values[i] != param->initial) {
			spec_print_value(value, sizeof(value), param, spec->own->values[i]);
			print_part(file, param->name, value);
		}
	}
}

static int print_name(struct row *row, const struct row_spec *spec)
{
	size_t size;
	char workers[16];
	snprintf(workers, sizeof(workers), "%d", spec->workers);
	FILE *file = open_memstream(&row->name, &size);
	if (!file) {
		return -ENOMEM;
	}
	fputs(row->experiment, file);
	print_part(file, "kernel", spec->kernel ? spec->kernel->text : NULL);
	print_part(file, "mode", spec->mode ? spec->mode->form.name : NULL);
	print_part(file, "lock", spec->lock ? spec->lock->text : NULL);
	print_part(file, "runtime", spec->runtime);
	print_part(file, "workers", spec->counts_workers ? workers : NULL);
	print_part(file, "op", spec->op);
	for (const struct row_part *part = spec->parts; part && part->key; part++) {
		print_part(file, part->key, part->value);
	}
	print_own_parts(file, spec);
	return fclose(file) ? -ENOMEM : 0;
}

/* --- rows ------------------------------------------------------------------------------------ */

static void finish_row(struct row *row)
{
	for (size_t i = 0; row->samples && i < row->room; i++) {
		counters_finish(&row->samples[i].counters);
		latency_finish(&row->samples[i].latencies);
	}
	free(row->own);
	free(row->name);
	free(row->samples);
}

static int init_row(struct row *row, struct plan *plan, const struct row_spec *spec)
{
	int bound = spec->bound ? spec->bound : spec->workers;
	size_t runs = plan->runs ? (size_t)plan->runs : 1;
	*row = (struct row){
		.plan = plan,
		.experiment = spec->experiment,
		.value = spec->value,
		.unit = GBENCH_MILLISECOND,
		.workers = spec->workers,
		.placement = spec->placement ? spec->placement : plan->placement,
		.room = (size_t)(spec->samples ? spec->samples : plan->samples) * runs,
	};
	if (spec->mode) {
		row->team = spec->mode->team;
		row->locks = spec->mode->locks;
	}
	if (spec->lock) {
		row->lock = *spec->lock;
	}
	if (bound > 0) {
		placement_describe(row->placement, bound, row->label, sizeof(row->label));
	}
	row->samples = calloc(row->room, sizeof(*row->samples));
	return row->samples ? print_name(row, spec) : -ENOMEM;
}

struct row *plan_add(struct plan *plan, const struct row_spec *spec, struct error *error)
{
	struct row *rows = reallocarray(plan->rows, plan->count + 1, sizeof(*rows));
	if (rows) {
		plan->rows = rows;
	}
	if (!rows || init_row(&rows[plan->count], plan, spec)) {
		if (rows) {
			finish_row(&rows[plan->count]);
		}
		error_set(error, -ENOMEM, "out of memory for %zu rows", plan->count + 1);
		return NULL;
	}
	return &plan->rows[plan->count++];
}

/* --- samples --------------------------------------------------------------------------------- */

void sample_mark(struct sample *sample, const char *words)
{
	for (size_t i = 0; i < SAMPLE_MARKS_MAX; i++) {
		if (!sample->marks[i]) {
			sample->marks[i] = words;
			return;
		}
	}
}

int row_latencies(const struct row *row, struct latency *all)
{
	int result = 0;
	for (size_t i = 0; !result && i < row->room; i++) {
		result = latency_merge(all, &row->samples[i].latencies);
	}
	return result;
}

static void add_marks(const struct sample *sample, char *label)
{
	for (size_t i = 0; i < SAMPLE_MARKS_MAX && sample->marks[i]; i++) {
		size_t length = strlen(label);
		if (!strstr(label, sample->marks[i])) {
			snprintf(label + length, PLAN_LABEL_MAX - length, "%s%s", length ? " " : "",
				sample->marks[i]);
		}
	}
}

void row_describe(const struct row *row, char label[PLAN_LABEL_MAX])
{
	bool elsewhere = false;
	for (size_t i = 0; i < row->room; i++) {
		elsewhere = elsewhere || row->samples[i].region.bound_elsewhere;
	}
	snprintf(label, PLAN_LABEL_MAX, "%s", elsewhere ? "bound by its command" : row->label);
	for (size_t i = 0; i < row->room; i++) {
		add_marks(&row->samples[i], label);
	}
}

/* --- works ----------------------------------------------------------------------------------- */

struct work *plan_work(struct plan *plan, const struct work *wanted, struct error *error)
{
	for (size_t i = 0; i < plan->work_count; i++) {
		if (work_same(plan->works[i], wanted)) {
			return plan->works[i];
		}
	}
	struct work **works = reallocarray(plan->works, plan->work_count + 1, sizeof(*works));
	struct work *work = calloc(1, sizeof(*work));
	if (works) {
		plan->works = works;
	}
	if (!works || !work) {
		free(work);
		error_set(error, -ENOMEM, "out of memory for the kernel '%s'",
			wanted->load.spec.text);
		return NULL;
	}
	*work = *wanted;
	plan->works[plan->work_count++] = work;
	return work;
}

/* --- names of counters ------------------------------------------------------------------------ */

const char *plan_intern(struct plan *plan, const char *name)
{
	for (size_t i = 0; i < plan->interned_count; i++) {
		if (strcmp(plan->interned[i], name) == 0) {
			return plan->interned[i];
		}
	}
	char **interned = reallocarray(plan->interned, plan->interned_count + 1, sizeof(*interned));
	if (!interned) {
		return NULL;
	}
	plan->interned = interned;
	interned[plan->interned_count] = strdup(name);
	return interned[plan->interned_count] ? interned[plan->interned_count++] : NULL;
}

/* --- the plan -------------------------------------------------------------------------------- */

size_t plan_wanted(const struct plan *plan)
{
	size_t wanted = 0;
	for (size_t i = 0; i < plan->count; i++) {
		wanted += plan->rows[i].in_process ? 0 : plan->rows[i].wanted;
	}
	return wanted;
}

size_t plan_measured(const struct plan *plan)
{
	size_t measured = 0;
	for (size_t i = 0; i < plan->count; i++) {
		for (size_t k = 0; k < plan->rows[i].wanted; k++) {
			measured += plan->rows[i].samples[k].measured;
		}
	}
	return measured;
}

void plan_finish(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		finish_row(&plan->rows[i]);
	}
	free(plan->rows);
	for (size_t i = 0; i < plan->work_count; i++) {
		work_finish(plan->works[i]);
		free(plan->works[i]);
	}
	free(plan->works);
	for (size_t i = 0; i < plan->interned_count; i++) {
		free(plan->interned[i]);
	}
	free(plan->interned);
}
