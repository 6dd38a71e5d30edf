/* See plan.h. */
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- a row's name ---------------------------------------------------------------------------- */

/* The parts that a row_spec can have: those every experiment has, and its own parameters. */
enum { PARTS_MAX = 6 + SPEC_PARAMS_MAX };

/* A `value` of NULL is a part that the name does not have. */
static int add_part(struct row *row, const char *key, const char *value)
{
	if (!value) {
		return 0;
	}
	struct row_part *part = &row->parts[row->part_count];
	part->key = key;
	part->value = strdup(value);
	if (!part->value) {
		return -ENOMEM;
	}
	row->part_count++;
	return 0;
}

static int add_own_parts(struct row *row, const struct row_spec *spec)
{
	int result = 0;
	for (size_t i = 0;
		!result && spec->own && i < SPEC_PARAMS_MAX && spec->form->params[i].name; i++) {
		const struct spec_param *param = &spec->form->params[i];
		char value[SPEC_TEXT_MAX];
		if (spec->own->values[i] != param->initial) {
			spec_print_value(value, sizeof(value), param, spec->own->values[i]);
			result = add_part(row, param->name, value);
		}
	}
	return result;
}

/* In the order in which they stand in the name. */
static int add_parts(struct row *row, const struct row_spec *spec)
{
	char workers[16];
	snprintf(workers, sizeof(workers), "%d", spec->workers);
	row->parts = calloc(PARTS_MAX, sizeof(*row->parts));
	if (!row->parts || add_part(row, "kernel", spec->kernel ? spec->kernel->text : NULL) ||
		add_part(row, "mode", spec->mode ? spec->mode->form.name : NULL) ||
		add_part(row, "lock", spec->lock ? spec->lock->text : NULL) ||
		add_part(row, "runtime", spec->runtime) ||
		add_part(row, "workers", spec->counts_workers ? workers : NULL) ||
		add_part(row, "op", spec->op)) {
		return -ENOMEM;
	}
	return add_own_parts(row, spec);
}

static int print_name(struct row *row)
{
	size_t size;
	FILE *file = open_memstream(&row->name, &size);
	if (!file) {
		return -ENOMEM;
	}
	fputs(row->experiment, file);
	for (size_t i = 0; i < row->part_count; i++) {
		fprintf(file, "/%s:%s", row->parts[i].key, row->parts[i].value);
	}
	return fclose(file) ? -ENOMEM : 0;
}

const char *row_part(const struct row *row, const char *key)
{
	for (size_t i = 0; i < row->part_count; i++) {
		if (strcmp(row->parts[i].key, key) == 0) {
			return row->parts[i].value;
		}
	}
	return NULL;
}

/* --- rows ------------------------------------------------------------------------------------ */

static void finish_row(struct row *row)
{
	for (size_t i = 0; i < row->part_count; i++) {
		free(row->parts[i].value);
	}
	for (size_t i = 0; row->samples && i < row->room; i++) {
		counters_finish(&row->samples[i].counters);
		latency_finish(&row->samples[i].latencies);
	}
	free(row->own);
	free(row->parts);
	free(row->name);
	free(row->samples);
}

static int init_row(struct row *row, struct plan *plan, const struct row_spec *spec)
{
	int bound = spec->bound ? spec->bound : spec->workers;
	*row = (struct row){
		.plan = plan,
		.experiment = spec->experiment,
		.value = spec->value,
		.unit = GBENCH_SECOND,
		.workers = spec->workers,
		.placement = spec->placement ? spec->placement : plan->placement,
		.room = (size_t)(spec->samples ? spec->samples : plan->samples),
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
	int result = row->samples ? add_parts(row, spec) : -ENOMEM;
	return result ? result : print_name(row);
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
		const struct latency *own = &row->samples[i].latencies;
		result = latency_add(all, own->ns, own->count);
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
}
