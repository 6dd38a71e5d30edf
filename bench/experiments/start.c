/*
 * start: what it costs to start a thread or a process that ends at once, and to wait for its end.
 *
 * The ways of gilbench itself are in starts/: threads, forks (also of a process that has touched
 * much memory, in small and in huge pages), programs that are executed, and gilbench itself, asked
 * for a kernel by its name. A real interpreter starts threads and processes as its library does. A
 * sample is a batch of starts; its value is the batch's time over their number.
 */
#include "mode.h"
#include "registry.h"
#include "runtime_task.h"
#include "starts.h"
#include "true_program.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MEMORY };

/* A batch takes this part of --time. */
static const double batch_part = 0.25;

/* Touching so much takes longer than the batch, so there are fewer samples. */
static const int64_t large_bytes = INT64_C(512) << 20;
enum { LARGE_SAMPLES = 2, REAL_SAMPLES = 3 };

/*
 * The memory that a forking process has touched, unless the parameter `memory` says otherwise. Quick
 * runs leave out the largest.
 */
static const int64_t default_bytes[] = { INT64_C(1) << 20, INT64_C(100) << 20, INT64_C(1) << 30 };

/* The ways of a real interpreter; programs/tasks/start.py has them. */
static const struct real_way {
	const char *name;
	bool executes; /* `true`, as some of gilbench's own ways do */
} real_ways[] = {
	{ "threading.Thread", false },
	{ "Process.fork", false },
	{ "Process.forkserver", false },
	{ "Process.spawn", false },
	{ "os.system", true },
	{ "subprocess.run", true },
};

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* What a row keeps. */
struct own {
	struct starts starts;
	bool executes_true;
	/* Instead, in mode real: */
	const struct interpreter *interpreter;
	const char *real_way;
};

/* --- samples --------------------------------------------------------------------------------- */

static int fill(struct sample *sample, int64_t count, int64_t wall_ns)
{
	sample->seconds = (double)wall_ns / 1e9 / (double)count;
	sample->region.wall_ns = wall_ns;
	return counters_add(&sample->counters, "starts", (double)count)
		       ? error_set(&sample->error, -ENOMEM, "out of memory for a counter")
		       : 0;
}

static int take_own(const struct own *own, const char *program, const struct limits *limits,
	struct sample *sample)
{
	struct starts starts = own->starts;
	struct starts_result found;
	starts.program = program;
	int result = starts_run(&starts, limits, &found, &sample->error);
	if (result) {
		return result;
	}
	sample->region = (struct region_result){
		.cpu_ns = found.cpu_ns,
		.switches_voluntary = found.switches_voluntary,
		.switches_involuntary = found.switches_involuntary,
		.migrations = -1,
		.runqueue_ns = -1,
	};
	if (starts.touched.bytes && counters_add(&sample->counters, "huge_part", found.huge_part)) {
		return error_set(&sample->error, -ENOMEM, "out of memory for a counter");
	}
	return fill(sample, found.count, found.wall_ns);
}

static int take_values(
	const struct runtime_task *task, const struct runtime_values *values, struct sample *sample)
{
	int64_t count;
	int64_t wall_ns;
	struct error *error = &sample->error;
	int result = runtime_values_get(values, task, "starts", &count, error);
	result = result ? result : runtime_values_get(values, task, "wall_ns", &wall_ns, error);
	if (!result && (count < 1 || wall_ns < 1)) {
		result = error_set(error, -EBADMSG,
			"interpreter '%.200s': it reported a batch without a start, or without "
			"time",
			interpreter_command(task->interpreter));
	}
	return result ? result : fill(sample, count, wall_ns);
}

static int take_real(const struct row *row, const char *program, const struct limits *limits,
	struct sample *sample)
{
	const struct own *own = row->own;
	char batch_ns[32];
	snprintf(batch_ns, sizeof(batch_ns), "%lld", (long long)own->starts.batch_ns);
	const char *const arguments[] = { "start", own->real_way, batch_ns, program, NULL };
	const struct runtime_task task = {
		.interpreter = own->interpreter,
		.arguments = arguments,
		.placement = row->placement,
		.workers = 1,
	};
	struct runtime_values *values;
	int result = runtime_task_run(&task, limits, &sample->region, &values, &sample->error);
	if (result) {
		return result;
	}
	result = take_values(&task, values, sample);
	free(values);
	return result;
}

static int take(const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct own *own = row->own;
	char program[PATH_MAX] = "true";
	const struct limits limits = { starts_deadline_ns(&own->starts), target->signals };
	int result = own->executes_true ? true_program_find(program, &sample->error) : 0;
	if (result) {
		return result;
	}
	return own->interpreter ? take_real(row, program, &limits, sample)
				: take_own(own, program, &limits, sample);
}

/* --- rows ------------------------------------------------------------------------------------ */

/* What the rows of a mode are added to. */
struct context {
	struct plan *plan;
	const struct request *request;
	const struct spec *self;
	const struct mode *mode;
	const struct interpreter *interpreter; /* in mode real */
};

static int64_t batch_ns(const struct request *request)
{
	return (int64_t)(request->time_s * batch_part * 1e9);
}

/* 0: as many as the run takes of any row. */
static int choose_samples(const struct context *context, int64_t bytes)
{
	const struct request *request = context->request;
	if (request->samples_given) {
		return 0;
	}
	if (bytes >= large_bytes) {
		return LARGE_SAMPLES;
	}
	return context->interpreter && request->samples > REAL_SAMPLES ? REAL_SAMPLES : 0;
}

static int add_row(const struct context *context, const struct own *wanted,
	const struct row_part *parts, struct error *error)
{
	const struct row_spec spec = {
		.experiment = experiment_start.form.name,
		.value = &experiment_start.value,
		.mode = context->mode,
		.runtime = context->interpreter ? interpreter_name(context->interpreter) : NULL,
		.workers = 1,
		.parts = parts,
		.samples = choose_samples(context, wanted->starts.touched.bytes),
	};
	struct own *own = malloc(sizeof(*own));
	struct row *row = own ? plan_add(context->plan, &spec, error) : NULL;
	if (!row) {
		free(own);
		return error_set(error, -ENOMEM, "out of memory for a row of %s",
			experiment_start.form.name);
	}
	*own = *wanted;
	own->interpreter = context->interpreter;
	own->starts.batch_ns = batch_ns(context->request);
	own->starts.placement = row->placement;
	row->own = own;
	row->take = take;
	row->locks = WORKER_BARE;
	row->unit = GBENCH_MICROSECOND;
	/* Memory becomes present at a few GB/s. */
	row->expected_ns = own->starts.batch_ns + own->starts.touched.bytes / 2;
	return 0;
}

static int add_way(const struct context *context, const struct start_way *way, struct error *error)
{
	static const char *const programs[] = {
		[START_TRUE] = "true", [START_GILBENCH] = "gilbench"
	};
	const struct own own = {
		.starts = { .way = way },
		.executes_true = way->executes == START_TRUE,
	};
	const struct row_part parts[] = {
		{ "way", way->name },
		{ way->executes == START_NOTHING ? NULL : "program", programs[way->executes] },
		{ 0 },
	};
	return add_row(context, &own, parts, error);
}

static int add_ways(const struct context *context, bool threads, struct error *error)
{
	int result = 0;
	for (const struct start_way *way = start_ways; !result && way->name; way++) {
		result = way->starts_thread == threads ? add_way(context, way, error) : 0;
	}
	return result;
}

/* --- forks over touched memory --- */

static const struct start_way *find_fork(void)
{
	const struct start_way *way = start_ways;
	while (strcmp(way->name, "fork") != 0) {
		way++;
	}
	return way;
}

static int add_fork(const struct context *context, int64_t bytes, bool huge, struct error *error)
{
	char memory[SPEC_TEXT_MAX];
	const struct own own = {
		.starts = { .way = find_fork(), .touched = { .bytes = bytes, .huge = huge } },
	};
	const struct row_part parts[] = {
		{ "way", own.starts.way->name },
		{ "pages", huge ? "huge" : "small" },
		{ "memory", memory },
		{ 0 },
	};
	spec_print_value(memory, sizeof(memory), &experiment_start.form.params[MEMORY], bytes);
	return add_row(context, &own, parts, error);
}

static int add_forks(const struct context *context, struct error *error)
{
	int64_t asked = context->self->values[MEMORY];
	const int64_t *sizes = asked ? &asked : default_bytes;
	/* Touching the largest takes most of a quick run. */
	size_t count = asked ? 1 : LENGTH(default_bytes) - context->request->quick;
	int result = 0;
	for (size_t i = 0; !result && i < 2 * count; i++) {
		result = add_fork(context, sizes[i / 2], i % 2 == 1, error);
	}
	return result;
}

/* --- real interpreters --- */

static int add_real_ways(const struct context *context, struct error *error)
{
	int result = 0;
	for (size_t i = 0; !result && i < LENGTH(real_ways); i++) {
		const struct own own = {
			.real_way = real_ways[i].name,
			.executes_true = real_ways[i].executes,
		};
		const struct row_part parts[] = {
			{ "way", real_ways[i].name },
			{ real_ways[i].executes ? "program" : NULL, "true" },
			{ 0 },
		};
		result = add_row(context, &own, parts, error);
	}
	return result;
}

static int add_interpreters(struct context *context, struct error *error)
{
	const struct request *request = context->request;
	int result = 0;
	for (size_t i = 0; !result && i < request->interpreter_count; i++) {
		context->interpreter = request->interpreters[i];
		if (interpreter_supports(context->interpreter, experiment_start.form.name)) {
			result = add_real_ways(context, error);
		}
	}
	context->interpreter = NULL;
	return result;
}

/* --- all --- */

static bool has_mode(const struct mode *mode)
{
	return strcmp(mode->form.name, "threads") == 0 ||
	       strcmp(mode->form.name, "processes") == 0 || strcmp(mode->form.name, "real") == 0;
}

static int add_mode(struct context *context, struct error *error)
{
	if (context->mode->real) {
		return add_interpreters(context, error);
	}
	bool threads = context->mode->team == TEAM_THREADS;
	int result = add_ways(context, threads, error);
	return result || threads ? result : add_forks(context, error);
}

static int plan_start(struct plan *plan, const struct request *request, const struct spec *self,
	struct error *error)
{
	struct context context = { .plan = plan, .request = request, .self = self };
	bool found = false;
	int result = 0;
	for (size_t i = 0; !result && mode_at(i); i++) {
		context.mode = mode_at(i);
		if (request_wants_mode(request, i) && has_mode(context.mode)) {
			found = true;
			result = add_mode(&context, error);
		}
	}
	return result || found ? result
			       : grid_refuse_modes(
					 &experiment_start.grid, experiment_start.form.name, error);
}

static const char *const own_axes[] = { "way", "program", "pages", NULL };

static const struct quantity counters[] = {
	{ "starts", "1", QUANTITY_NEITHER },
	{ "huge_part", "1", QUANTITY_NEITHER },
	{ 0 },
};

const struct experiment experiment_start = {
	.form = {
		.name = "start",
		.summary = "time to start a thread or process that ends at once, and wait for it",
		.params = {
			[MEMORY] = {
				.name = "memory",
				.summary = "what a forking process has touched; 1MiB, 100MiB and "
					   "1GiB unless given",
				.kind = SPEC_SIZE,
				.min = 4096,
				.max = INT64_C(1) << 40,
			},
		},
	},
	.example = "gilbench start --interpreter=python3",
	.example_shows = "what starting a process costs",
	.value = { "start_s", "s", QUANTITY_LOWER },
	.counters = counters,
	.grid = { .axes = GRID_MODE | GRID_RUNTIME, .has_mode = has_mode },
	.own_axes = own_axes,
	.tasks = start_tasks,
	.plan = plan_start,
};
