/*
 * primitives: what single operations cost, in nanoseconds, with nobody else about.
 *
 * Of every lock model: a checkpoint, a release with the acquisition that follows it, and the two
 * ends of a blocking region. Each operation is a kernel of its own, a unit of which is one
 * operation, so that it is run, pinned and checked as every kernel is; the empty loop is there to
 * be subtracted. Where libpython is installed, the release and acquisition of its real lock are
 * timed in the same run. The loops of the shim are timed in this process, by Google Benchmark.
 */
#include "embedded_python.h"
#include "experiments.h"
#include "kernel_row.h"
#include "modes/modes.h"

#include <errno.h>
#include <stdio.h>

static uint64_t run_loop(const void *data, uint64_t first, uint64_t count)
{
	(void)data;
	for (uint64_t unit = first; unit < first + count; unit++) {
		__asm__ volatile("");
	}
	return count;
}

static uint64_t run_checkpoint(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)data;
	for (uint64_t unit = first; unit < first + count; unit++) {
		lockmodel_checkpoint(thread, 1);
	}
	return count;
}

static uint64_t run_release_acquire(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)data;
	for (uint64_t unit = first; unit < first + count; unit++) {
		lockmodel_release(thread);
		lockmodel_acquire(thread);
	}
	return count;
}

static uint64_t run_blocking(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)data;
	for (uint64_t unit = first; unit < first + count; unit++) {
		lockmodel_begin_blocking(thread);
		lockmodel_end_blocking(thread);
	}
	return count;
}

/* All have the bare loop, which is what their checksum is taken from. */
static const struct kernel operations[] = {
	{ .form = { .name = "loop" }, .run_bare = run_loop },
	{ .form = { .name = "checkpoint" }, .run_bare = run_loop, .run_polling = run_checkpoint },
	{ .form = { .name = "release_acquire" },
		.run_bare = run_loop,
		.run_polling = run_release_acquire },
	{ .form = { .name = "blocking" }, .run_bare = run_loop, .run_polling = run_blocking },
};

enum { OPERATIONS = sizeof(operations) / sizeof(operations[0]) };

static int add_operation(struct plan *plan, const struct experiment_setting *setting,
	const struct kernel *operation, const struct spec *lock, const char *runtime,
	struct error *error)
{
	struct work wanted = { .kernel = operation };
	struct plan_parts parts = {
		.experiment = experiment_primitives.form.name,
		.lock = lock ? lock->text : NULL,
		.runtime = runtime,
		.workers = PLAN_UNCOUNTED,
		.op = operation->form.name,
	};
	snprintf(wanted.spec.text, sizeof(wanted.spec.text), "%s%s", operation->form.name,
		runtime ? runtime : "");
	struct work *work = plan_work(plan, &wanted, error);
	struct row *row = work ? plan_add(plan, &parts, error) : NULL;
	if (!row) {
		return -ENOMEM;
	}
	/* At up to 100 ns for one, no region is longer than --time. */
	work->units = (uint64_t)(setting->options->time_s * 1e7) + 1;
	row->work = work;
	row->workers = 1;
	row->take = kernel_row_take;
	row->unit = GBENCH_NANOSECOND;
	row->mode = lock ? &mode_gil : &mode_sequential;
	if (lock) {
		row->lock = *lock;
	}
	placement_describe(plan->placement, 1, row->label, sizeof(row->label));
	return 0;
}

static int add_lock(struct plan *plan, const struct experiment_setting *setting,
	const struct spec *lock, struct error *error)
{
	int result = 0;
	for (size_t i = 0; !result && i < OPERATIONS; i++) {
		if (operations[i].run_polling) {
			result = add_operation(plan, setting, &operations[i], lock, NULL, error);
		}
	}
	return result;
}

static int add_locks(
	struct plan *plan, const struct experiment_setting *setting, struct error *error)
{
	struct spec_list locks = setting->options->locks;
	int result = 0;
	if (locks.count == 0) {
		result = spec_list_parse(&locks, "lock model", lockmodel_form, "all", error);
	}
	for (size_t i = 0; !result && i < locks.count; i++) {
		result = add_lock(plan, setting, &locks.specs[i], error);
	}
	return result;
}

static int add_python(
	struct plan *plan, const struct experiment_setting *setting, struct error *error)
{
	char runtime[64];
	if (!embedded_python_version(runtime, sizeof(runtime))) {
		return 0;
	}
	return add_operation(plan, setting, &embedded_python_release_acquire, NULL, runtime, error);
}

/* --- the loops of the shim ------------------------------------------------------------------- */

enum { BATCH = 1000 };

static void keep_running(struct gbench_state *state, void *user)
{
	(void)user;
	while (gbench_keep_running(state)) {
	}
}

static void keep_running_batch(struct gbench_state *state, void *user)
{
	(void)user;
	while (gbench_keep_running_batch(state, BATCH)) {
		for (int i = 0; i < BATCH; i++) {
			__asm__ volatile("");
		}
	}
}

static void native_loop(struct gbench_state *state, void *user)
{
	(void)user;
	gbench_run_native_loop(state);
}

static int add_shim(struct plan *plan, struct error *error)
{
	static const struct {
		const char *op;
		gbench_fn *fn;
	} loops[] = {
		{ "keep_running", keep_running },
		{ "keep_running_batch", keep_running_batch },
		{ "native_loop", native_loop },
	};
	for (size_t i = 0; i < sizeof(loops) / sizeof(loops[0]); i++) {
		struct plan_parts parts = {
			.experiment = experiment_primitives.form.name,
			.workers = PLAN_UNCOUNTED,
			.op = loops[i].op,
		};
		struct row *row = plan_add(plan, &parts, error);
		if (!row) {
			return -ENOMEM;
		}
		row->in_process = loops[i].fn;
		placement_describe(plan->placement, 1, row->label, sizeof(row->label));
	}
	return 0;
}

static int plan_primitives(
	struct plan *plan, const struct experiment_setting *setting, struct error *error)
{
	int result = add_operation(plan, setting, &operations[0], NULL, NULL, error);
	if (!result) {
		result = add_locks(plan, setting, error);
	}
	if (!result) {
		result = add_python(plan, setting, error);
	}
	return result ? result : add_shim(plan, error);
}

const struct experiment experiment_primitives = {
	.form = {
		.name = "primitives",
		.summary = "nanoseconds per checkpoint, release+acquire and blocking region, uncontended",
	},
	.fixed_rows = true,
	.plan = plan_primitives,
};
