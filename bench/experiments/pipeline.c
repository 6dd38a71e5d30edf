/*
 * pipeline: external programs connected by pipes, as a shell connects them.
 *
 * The first stage writes, the others copy, and the process that takes the sample reads from the last
 * one, either to the end or until it closes its end early, by which all writers are ended. Each
 * stage is gilbench itself, executed anew (pipeline/stage.h). A real interpreter starts the same
 * stages with what it has for that, and reads in its own way; so the rows differ in that alone.
 */
#include "pipeline.h"

#include "grid.h"
#include "isolated.h"
#include "kernel.h"
#include "registry.h"
#include "runtime_task.h"
#include "stage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { SIZE, BLOCK };

enum { STAGES_MAX = 4, NUMBER_MAX = 24 };

/* A reader that closes early takes this part of the bytes. */
enum { EARLY_PART = 4 };

/* What a row keeps. */
struct own {
	const struct interpreter *interpreter; /* NULL: gilbench starts the stages */
	int stages;
	int64_t size;
	int64_t block;
	int64_t close_after; /* 0: it reads to the end */
};

/* --- samples --------------------------------------------------------------------------------- */

static int run_pipeline(void *context, void *result, struct error *error)
{
	const struct own *own = context;
	char size[NUMBER_MAX];
	char block[NUMBER_MAX];
	const char *const write[] = { "write", size, block, NULL };
	const char *const copy[] = { "copy", block, NULL };
	struct pipeline_stage stages[STAGES_MAX];
	const struct pipeline pipeline = {
		.stages = stages,
		.count = own->stages,
		.size = own->size,
		.close_after = own->close_after,
		.block = (size_t)own->block,
	};
	snprintf(size, sizeof(size), "%lld", (long long)own->size);
	snprintf(block, sizeof(block), "%lld", (long long)own->block);
	for (int i = 0; i < own->stages; i++) {
		stages[i] = (struct pipeline_stage){ STAGE_TASK, i == 0 ? write : copy };
	}
	return pipeline_run(&pipeline, result, error);
}

static int run_own(const struct own *own, const struct limits *limits, struct sample *sample,
	struct pipeline_result *result)
{
	const struct isolated isolated = {
		.run = run_pipeline,
		.context = (void *)own,
		.result_size = sizeof(*result),
		.name = "the process that read from the pipeline",
	};
	int failed = isolated_run(&isolated, limits, result, &sample->error);
	if (!failed) {
		sample->region.cpu_ns = result->cpu_ns;
		sample->region.switches_voluntary = result->switches_voluntary;
		sample->region.switches_involuntary = result->switches_involuntary;
		sample->region.migrations = -1;
		sample->region.runqueue_ns = -1;
	}
	return failed;
}

static int get_values(const struct runtime_values *values, const struct runtime_task *task,
	struct pipeline_result *result, struct error *error)
{
	const struct {
		const char *name;
		int64_t *number;
	} wanted[] = {
		{ "total_ns", &result->total_ns },
		{ "first_byte_ns", &result->first_byte_ns },
		{ "transfer_ns", &result->transfer_ns },
		{ "transferred", &result->transferred },
		{ "stop_ns", &result->stop_ns },
		{ "bytes", &result->bytes },
	};
	int failed = 0;
	for (size_t i = 0; !failed && i < sizeof(wanted) / sizeof(wanted[0]); i++) {
		failed = runtime_values_get(values, task, wanted[i].name, wanted[i].number, error);
	}
	return failed;
}

/* This program, by the name that other processes can execute. */
static int find_program(char *path, size_t size, struct error *error)
{
	ssize_t length = readlink("/proc/self/exe", path, size);
	if (length < 0 || (size_t)length == size) {
		return error_system(error, length < 0 ? -errno : -ENAMETOOLONG,
			"could not find out where this program is");
	}
	path[length] = '\0';
	return 0;
}

static int run_real(const struct row *row, const struct limits *limits, struct sample *sample,
	struct pipeline_result *result)
{
	const struct own *own = row->own;
	char numbers[4][NUMBER_MAX];
	char program[4096];
	const char *const arguments[] = { "pipeline", numbers[0], numbers[1], numbers[2],
		numbers[3], program, NULL };
	const struct runtime_task task = {
		.interpreter = own->interpreter,
		.arguments = arguments,
		.placement = row->placement,
	};
	struct runtime_values *values = NULL;
	snprintf(numbers[0], NUMBER_MAX, "%d", own->stages);
	snprintf(numbers[1], NUMBER_MAX, "%lld", (long long)own->size);
	snprintf(numbers[2], NUMBER_MAX, "%lld", (long long)own->block);
	snprintf(numbers[3], NUMBER_MAX, "%lld", (long long)own->close_after);
	int failed = find_program(program, sizeof(program), &sample->error);
	failed = failed ? failed
			: runtime_task_run(&task, limits, &sample->region, &values, &sample->error);
	failed = failed ? failed : get_values(values, &task, result, &sample->error);
	free(values);
	return failed;
}

static int count(struct sample *sample, const struct pipeline_result *result)
{
	struct counters *counters = &sample->counters;
	double transfer_s = (double)result->transfer_ns / 1e9;
	sample->seconds = (double)result->total_ns / 1e9;
	sample->region.wall_ns = result->total_ns;
	bool failed = counters_add(counters, "first_byte_s", (double)result->first_byte_ns / 1e9) ||
		      counters_add(counters, "stop_s", (double)result->stop_ns / 1e9) ||
		      counters_add(counters, "bytes", (double)result->bytes) ||
		      /* All of very few bytes may arrive at once. */
		      (transfer_s > 0 && counters_add(counters, "bytes_per_s",
						 (double)result->transferred / transfer_s));
	return failed ? error_set(&sample->error, -ENOMEM, "out of memory for a counter") : 0;
}

/* A pipeline that moves less than 10 MB/s hangs. */
static int64_t deadline_ns(const struct own *own)
{
	return 20 * INT64_C(1000000000) + 100 * own->size;
}

static int take(const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct own *own = row->own;
	const struct limits limits = { deadline_ns(own), target->signals };
	struct pipeline_result result;
	int failed = own->interpreter ? run_real(row, &limits, sample, &result)
				      : run_own(own, &limits, sample, &result);
	return failed ? failed : count(sample, &result);
}

/* --- rows ------------------------------------------------------------------------------------ */

/* What the rows are added to. */
struct context {
	struct plan *plan;
	const struct spec *self;
};

static int add_own(struct row *row, const struct own *wanted, struct error *error)
{
	struct own *own = malloc(sizeof(*own));
	if (!own) {
		return error_set(error, -ENOMEM, "out of memory for the row '%s'", row->name);
	}
	*own = *wanted;
	row->own = own;
	row->take = take;
	/* The system chooses where the stages run, as it does for the pipelines of a shell. */
	snprintf(row->label, sizeof(row->label), "unbound");
	row->team = TEAM_PROCESSES;
	row->locks = WORKER_BARE;
	row->expected_ns = own->size; /* at 1 GB/s */
	return 0;
}

static int add_row(const struct context *context, const struct grid_point *point, int stages,
	bool early, struct error *error)
{
	char number[NUMBER_MAX];
	const int64_t *values = context->self->values;
	const struct row_part parts[] = {
		{ "stages", number },
		{ "reader", early ? "closes" : "reads" },
		{ 0 },
	};
	const struct row_spec spec = {
		.experiment = experiment_pipeline.form.name,
		.value = &experiment_pipeline.value,
		.mode = point->mode,
		.runtime = point->interpreter ? interpreter_name(point->interpreter) : NULL,
		.workers = stages,
		.parts = parts,
		.form = &experiment_pipeline.form,
		.own = context->self,
	};
	const struct own own = {
		.interpreter = point->interpreter,
		.stages = stages,
		.size = values[SIZE],
		.block = values[BLOCK],
		.close_after = early ? (values[SIZE] + EARLY_PART - 1) / EARLY_PART : 0,
	};
	snprintf(number, sizeof(number), "%d", stages);
	struct row *row = plan_add(context->plan, &spec, error);
	return row ? add_own(row, &own, error) : -ENOMEM;
}

static int add_rows(void *context, const struct grid_point *point, struct error *error)
{
	int result = 0;
	bool real = point->mode->real;
	if (point->interpreter && !(real && interpreter_supports(point->interpreter, "pipeline"))) {
		return 0;
	}
	for (int stages = 1; !result && stages <= STAGES_MAX; stages++) {
		result = add_row(context, point, stages, false, error);
		result = result ? result : add_row(context, point, stages, true, error);
	}
	return result;
}

/* Kernels, locks and numbers of workers that were given are for other experiments of the run. */
static int plan_pipeline(struct plan *plan, const struct request *request, const struct spec *self,
	struct error *error)
{
	struct context context = { plan, self };
	struct request own = *request;
	own.kernels.count = own.locks.count = own.workers_count = 0;
	int result = spec_list_parse(&own.kernels, "kernel", kernel_form, "countdown", error);
	return result ? result
		      : grid_walk(&experiment_pipeline.grid, experiment_pipeline.form.name, &own,
				add_rows, &context, error);
}

static bool has_mode(const struct mode *mode)
{
	return strcmp(mode->form.name, "processes") == 0 || strcmp(mode->form.name, "real") == 0;
}

static const int one_walk[] = { 1, -1 };
static const char *const own_axes[] = { "stages", "reader", NULL };
static const struct spawn_task tasks[] = { { STAGE_TASK, stage_run }, { 0 } };

static const struct quantity counters[] = {
	{ "first_byte_s", "s", QUANTITY_LOWER },
	{ "bytes_per_s", "B/s", QUANTITY_HIGHER },
	{ "stop_s", "s", QUANTITY_LOWER },
	{ "bytes", "B", QUANTITY_NEITHER },
	{ 0 },
};

const struct experiment experiment_pipeline = {
	.form = {
		.name = "pipeline",
		.summary = "seconds for bytes through 1 to 4 external programs connected by pipes",
		.params = {
			[SIZE] = {
				.name = "size",
				.summary = "how many bytes the first program writes",
				.kind = SPEC_SIZE,
				.initial = INT64_C(64) << 20,
				.min = INT64_C(4) << 10,
				.max = INT64_C(64) << 30,
			},
			[BLOCK] = {
				.name = "block",
				.summary = "the most that is read or written at once",
				.kind = SPEC_SIZE,
				.initial = INT64_C(64) << 10,
				.min = 64,
				.max = INT64_C(1) << 30,
			},
		},
	},
	.example = "gilbench pipeline --interpreter=python3",
	.example_shows = "external programs and pipes",
	.value = { "pipeline_s", "s", QUANTITY_LOWER },
	.counters = counters,
	.grid = {
		.axes = GRID_MODE | GRID_RUNTIME,
		.has_mode = has_mode,
		.own_locks = "none",
		.workers = one_walk,
		.workers_min = 1,
	},
	.own_axes = own_axes,
	.tasks = tasks,
	.plan = plan_pipeline,
};
