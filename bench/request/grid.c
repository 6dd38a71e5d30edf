/* See grid.h. */
#include "grid.h"

#include "kernel.h"
#include "lockmodel.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* A walk under way. */
struct walk {
	const struct grid *grid;
	const struct request *request;
	grid_add *add;
	void *context;
	bool found_mode;
};

static int add_workers(const struct walk *walk, struct grid_point *point, struct error *error)
{
	const struct request *request = walk->request;
	const int *list = walk->grid->workers;
	int most = 2 * placement_cores(request->placement);
	int result = 0;
	if (point->mode->single) {
		point->workers = 1;
		return walk->add(walk->context, point, error);
	}
	for (size_t i = 0; !result && i < request->workers_count; i++) {
		point->workers = request->workers[i];
		result = walk->add(walk->context, point, error);
	}
	if (request->workers_count > 0) {
		return result;
	}
	for (size_t i = 0; !result && list && list[i] >= 0; i++) {
		point->workers = list[i];
		result = walk->add(walk->context, point, error);
	}
	for (int workers = 1; !result && !list && (workers <= 4 || workers <= most); workers *= 2) {
		point->workers = workers;
		result = walk->add(walk->context, point, error);
	}
	return result;
}

/* --- lock models ----------------------------------------------------------------------------- */

int grid_list_locks(struct spec_list *locks, const struct request *request, const char *defaults,
	struct error *error)
{
	if (request->locks.count > 0) {
		*locks = request->locks;
		return 0;
	}
	*locks = (struct spec_list){ 0 };
	return spec_list_parse(locks, "lock model", lockmodel_form, defaults, error);
}

/* The locks that a mode is run with: its only model, those asked for, or the defaults. */
static int list_locks(const struct walk *walk, const struct mode *mode, struct spec_list *locks,
	struct error *error)
{
	const struct grid *grid = walk->grid;
	if (mode->model) {
		*locks = (struct spec_list){ 0 };
		return spec_list_parse(locks, "lock model", lockmodel_form, mode->model, error);
	}
	return grid_list_locks(locks, walk->request,
		mode->locks == WORKER_OWN_LOCKS ? grid->own_locks : grid->shared_locks, error);
}

static bool skip_lock(const struct walk *walk, const struct mode *mode, const struct spec *lock)
{
	return walk->grid->only_excluding && walk->request->locks.count == 0 && !mode->model &&
	       !lockmodel_excludes(lock);
}

static int add_models(const struct walk *walk, struct grid_point *point, struct error *error)
{
	struct spec_list locks;
	const struct mode *mode = point->mode;
	if (mode->locks == WORKER_BARE) {
		return add_workers(walk, point, error);
	}
	int result = list_locks(walk, mode, &locks, error);
	for (size_t i = 0; !result && i < locks.count; i++) {
		point->lock = &locks.specs[i];
		result = skip_lock(walk, mode, point->lock) ? 0 : add_workers(walk, point, error);
	}
	point->lock = NULL;
	return result;
}

/* --- real interpreters ----------------------------------------------------------------------- */

/* An interpreter without a model has no rows in a paced mode. */
static int add_interpreters(const struct walk *walk, struct grid_point *point, struct error *error)
{
	const struct request *request = walk->request;
	struct error no_model;
	int result = 0;
	for (size_t i = 0; !result && i < request->interpreter_count; i++) {
		point->interpreter = request->interpreters[i];
		point->lock =
			point->mode->real ? NULL : interpreter_model(point->interpreter, &no_model);
		if (point->mode->real || point->lock) {
			result = add_workers(walk, point, error);
		}
	}
	point->interpreter = NULL;
	point->lock = NULL;
	return result;
}

/* --- all ------------------------------------------------------------------------------------- */

static int add_mode(struct walk *walk, struct grid_point *point, struct error *error)
{
	bool paired = request_is_paired(point->kernel) && (walk->grid->axes & GRID_RUNTIME);
	const struct mode *mode = point->mode;
	int result = mode->real ? 0 : add_models(walk, point, error);
	walk->found_mode = true;
	if (!result && paired && (mode->real || mode->paced)) {
		result = add_interpreters(walk, point, error);
	}
	return result;
}

static bool has_mode(const struct grid *grid, const struct mode *mode)
{
	return !grid->has_mode || grid->has_mode(mode);
}

int grid_refuse_modes(const struct grid *grid, const char *name, struct error *error)
{
	char names[256] = "";
	for (size_t i = 0, used = 0; mode_at(i) && used < sizeof(names); i++) {
		if (has_mode(grid, mode_at(i))) {
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
				used ? ", " : "", mode_form(i)->name);
		}
	}
	return error_set(
		error, -EINVAL, "%s has none of the modes asked for; it has: %s", name, names);
}

int grid_walk(const struct grid *grid, const char *name, const struct request *request,
	grid_add *add, void *context, struct error *error)
{
	struct walk walk = { grid, request, add, context, false };
	int result = 0;
	for (size_t k = 0; !result && k < request->kernels.count; k++) {
		struct grid_point point = { .kernel = &request->kernels.specs[k] };
		for (size_t i = 0; !result && mode_at(i); i++) {
			point.mode = mode_at(i);
			if (request_wants_mode(request, i) && has_mode(grid, point.mode)) {
				result = add_mode(&walk, &point, error);
			}
		}
	}
	return result || walk.found_mode ? result : grid_refuse_modes(grid, name, error);
}

int64_t grid_quantum_ns(const struct grid_point *point)
{
	struct error none;
	if (point->mode->real) {
		const struct spec *model = interpreter_model(point->interpreter, &none);
		return model && point->mode->team == TEAM_THREADS ? lockmodel_quantum_ns(model) : 0;
	}
	return point->lock && point->mode->locks == WORKER_ONE_LOCK
		       ? lockmodel_quantum_ns(point->lock)
		       : 0;
}
