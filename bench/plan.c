/* See plan.h. */
#include "plan.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t append_part(char *name, size_t used, const char *key, const char *value)
{
	if (value && used < PLAN_NAME_MAX) {
		used += (size_t)snprintf(name + used, PLAN_NAME_MAX - used, "/%s:%s", key, value);
	}
	return used;
}

static bool print_name(char *name, const struct plan_parts *parts)
{
	char workers[16] = "";
	snprintf(workers, sizeof(workers), "%d", parts->workers);
	size_t used = (size_t)snprintf(name, PLAN_NAME_MAX, "%s", parts->experiment);
	used = append_part(name, used, "kernel", parts->kernel);
	used = append_part(name, used, "mode", parts->mode ? parts->mode->form.name : NULL);
	used = append_part(name, used, "lock", parts->lock);
	used = append_part(name, used, "runtime", parts->runtime);
	bool counted = parts->workers != PLAN_UNCOUNTED && !(parts->mode && parts->mode->single);
	used = append_part(name, used, "workers", counted ? workers : NULL);
	used = append_part(name, used, "op", parts->op);
	if (parts->own && used < PLAN_NAME_MAX) {
		used += (size_t)snprintf(name + used, PLAN_NAME_MAX - used, "/%s", parts->own);
	}
	return used < PLAN_NAME_MAX;
}

struct row *plan_add(struct plan *plan, const struct plan_parts *parts, struct error *error)
{
	struct row *rows = reallocarray(plan->rows, plan->count + 1, sizeof(*rows));
	if (!rows) {
		error_set(error, -ENOMEM, "out of memory for %zu rows", plan->count + 1);
		return NULL;
	}
	plan->rows = rows;
	struct row *row = &rows[plan->count];
	memset(row, 0, sizeof(*row));
	if (!print_name(row->name, parts)) {
		error_set(error, -ENAMETOOLONG, "the row name '%.60s...' gets too long", row->name);
		return NULL;
	}
	row->room = (size_t)(parts->samples ? parts->samples : plan->samples);
	row->samples = calloc(row->room, sizeof(*row->samples));
	if (!row->samples) {
		error_set(error, -ENOMEM, "out of memory for %zu samples", row->room);
		return NULL;
	}
	row->plan = plan;
	row->mode = parts->mode;
	row->workers = parts->workers;
	row->unit = GBENCH_SECOND;
	if (parts->workers > 0) {
		placement_describe(plan->placement, parts->workers, row->label, sizeof(row->label));
	}
	plan->count++;
	return row;
}

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
		error_set(error, -ENOMEM, "out of memory for the kernel '%s'", wanted->spec.text);
		return NULL;
	}
	*work = *wanted;
	plan->works[plan->work_count++] = work;
	return work;
}

size_t plan_wanted(const struct plan *plan)
{
	size_t wanted = 0;
	for (size_t i = 0; i < plan->count; i++) {
		wanted += plan->rows[i].in_process ? 0 : plan->rows[i].wanted;
	}
	return wanted;
}

void plan_finish(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->rows[i].finish) {
			plan->rows[i].finish(plan->rows[i].own);
		}
		free(plan->rows[i].samples);
	}
	free(plan->rows);
	for (size_t i = 0; i < plan->work_count; i++) {
		work_finish(plan->works[i]);
		free(plan->works[i]);
	}
	free(plan->works);
}
