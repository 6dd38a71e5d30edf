/*
 * primitives: what single operations cost, in nanoseconds, without contention.
 *
 * The operations, under every lock model: a checkpoint, a release followed by an acquisition, and
 * the two ends of a blocking region. Each is a kernel whose unit is one operation, so it is run,
 * bound and checked as every kernel is. The empty loop is measured to be subtracted. If libpython is
 * installed, the release and acquisition of its real lock are timed in the same run. The loops of
 * the shim over Google Benchmark are timed by Google Benchmark in this process.
 */
#include "compute_row.h"
#include "libpython.h"
#include "lockmodel.h"
#include "registry.h"

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

/* All have the bare loop, from which their checksum is taken. */
static const struct kernel operations[] = {
	{ .form = { .name = "loop" }, .run_bare = run_loop },
	{ .form = { .name = "checkpoint" }, .run_bare = run_loop, .run_polling = run_checkpoint },
	{ .form = { .name = "release_acquire" },
		.run_bare = run_loop,
		.run_polling = run_release_acquire },
	{ .form = { .name = "blocking" }, .run_bare = run_loop, .run_polling = run_blocking },
};

enum { OPERATIONS = sizeof(operations) / sizeof(operations[0]) };

/* What the rows are added to. */
struct primitives {
	struct plan *plan;
	const struct request *request;
};

static int add_operation(const struct primitives *primitives, const struct kernel *operation,
	const struct spec *lock, const char *runtime, struct error *error)
{
	struct work wanted = { .load = { .kernel = operation }, .source = WORK_FIXED };
	struct row_spec spec = {
		.experiment = experiment_primitives.form.name,
		.value = &experiment_primitives.value,
		.lock = lock,
		.runtime = runtime,
		.workers = 1,
		.op = operation->form.name,
	};
	snprintf(wanted.load.spec.text, sizeof(wanted.load.spec.text), "%s%s", operation->form.name,
		runtime ? runtime : "");
	struct work *work = plan_work(primitives->plan, &wanted, error);
	struct row *row = work ? plan_add(primitives->plan, &spec, error) : NULL;
	if (!row) {
		return -ENOMEM;
	}
	/* An operation takes up to 100 ns, so that no region is longer than --time. */
	work->load.units = (uint64_t)(primitives->request->time_s * 1e7) + 1;
	row->take = compute_row_take;
	row->work = work;
	row->unit = GBENCH_NANOSECOND;
	row->locks = lock ? WORKER_ONE_LOCK : WORKER_BARE;
	row->expected_ns = (int64_t)(primitives->request->time_s * 1e9);
	return 0;
}

static int add_lock(
	const struct primitives *primitives, const struct spec *lock, struct error *error)
{
	int result = 0;
	for (size_t i = 0; !result && i < OPERATIONS; i++) {
		if (operations[i].run_polling) {
			result = add_operation(primitives, &operations[i], lock, NULL, error);
		}
	}
	return result;
}

static int add_locks(const struct primitives *primitives, struct error *error)
{
	struct spec_list locks;
	int result = grid_list_locks(&locks, primitives->request, "all", error);
	for (size_t i = 0; !result && i < locks.count; i++) {
		result = add_lock(primitives, &locks.specs[i], error);
	}
	return result;
}

static int add_python(const struct primitives *primitives, struct error *error)
{
	char runtime[64];
	if (!libpython_version(runtime, sizeof(runtime))) {
		return 0;
	}
	return add_operation(primitives, &libpython_release_acquire, NULL, runtime, error);
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
		struct row_spec spec = {
			.experiment = experiment_primitives.form.name,
			.value = &experiment_primitives.value,
			.workers = 1,
			.op = loops[i].op,
		};
		struct row *row = plan_add(plan, &spec, error);
		if (!row) {
			return -ENOMEM;
		}
		row->in_process = loops[i].fn;
	}
	return 0;
}

static int plan_primitives(struct plan *plan, const struct request *request,
	const struct spec *self, struct error *error)
{
	const struct primitives primitives = { plan, request };
	(void)self;
	int result = add_operation(&primitives, &operations[0], NULL, NULL, error);
	result = result ? result : add_locks(&primitives, error);
	result = result ? result : add_python(&primitives, error);
	return result ? result : add_shim(plan, error);
}

const struct experiment experiment_primitives = {
	.form = {
		.name = "primitives",
		.summary = "nanoseconds per checkpoint, release+acquire and blocking region, uncontended",
	},
	.example = "gilbench primitives",
	.example_shows = "what single operations cost",
	.value = { "op_s", "s", QUANTITY_LOWER },
	.grid = { .axes = GRID_LOCK },
	.plan = plan_primitives,
};
