/*
 * machine: what the operations cost that everything else is made of, so that machines can be compared
 * one level below the experiments.
 *
 * Each row is a cost of costs/, measured in a process of its own. The first place of the machine is
 * used where one is needed, the first two where two are; cache lines are passed between each pair of
 * places. A cost that this machine cannot have is a row that is skipped with the reason.
 */
#include "cost.h"
#include "isolated.h"
#include "registry.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CORES };

enum { NUMBER_MAX = 16 };

/* No cost takes a second. */
static const int64_t deadline_ns = 20 * INT64_C(1000000000);

/* What a row keeps. */
struct own {
	const struct cost *cost;
	struct cost_pus pus;
};

/* --- samples --------------------------------------------------------------------------------- */

static int measure(void *context, void *result, struct error *error)
{
	const struct own *own = context;
	return own->cost->measure(&own->pus, result, error);
}

static int count(struct sample *sample, struct cost_values *values)
{
	struct counters *counters = &sample->counters;
	double events = (double)values->count;
	const struct cost_summary summary = cost_values_summarise(values);
	sample->seconds = summary.median_ns / 1e9;
	bool failed = counters_add(counters, "p10_s", summary.p10_ns / 1e9) ||
		      counters_add(counters, "p90_s", summary.p90_ns / 1e9) ||
		      counters_add(counters, "max_s", summary.max_ns / 1e9) ||
		      counters_add(counters, "values", events);
	return failed ? error_set(&sample->error, -ENOMEM, "out of memory for a counter") : 0;
}

static int take(const struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct limits limits = { deadline_ns, target->signals };
	const struct isolated isolated = {
		.run = measure,
		.context = row->own,
		.result_size = sizeof(struct cost_values),
		.name = "the process that measured it",
	};
	struct cost_values *values = malloc(sizeof(*values));
	if (!values) {
		return error_set(&sample->error, -ENOMEM, "out of memory for the values");
	}
	sample->region.migrations = -1;
	sample->region.runqueue_ns = -1;
	int failed = isolated_run(&isolated, &limits, values, &sample->error);
	failed = failed ? failed : count(sample, values);
	free(values);
	return failed;
}

/* --- rows ------------------------------------------------------------------------------------ */

/* What the rows are added to. */
struct context {
	struct plan *plan;
	const struct placement *placement;
	int places; /* in the matrix of cache_line, at most */
};

static struct row *add_row(const struct context *context, const struct cost *cost,
	const struct row_part *parts, int samples, struct error *error)
{
	const struct row_spec spec = {
		.experiment = experiment_machine.form.name,
		.value = &experiment_machine.value,
		.op = cost->op,
		.parts = parts,
		.samples = samples,
	};
	return plan_add(context->plan, &spec, error);
}

static int add_measured(const struct context *context, const struct cost *cost,
	const struct row_part *parts, int first, int second, struct error *error)
{
	struct row *row = add_row(context, cost, parts, 0, error);
	struct own *own = row ? malloc(sizeof(*own)) : NULL;
	if (!own) {
		return error_set(error, -ENOMEM, "out of memory for the costs of the machine");
	}
	own->cost = cost;
	own->pus.first = placement_place_pu(context->placement, first);
	own->pus.second = placement_place_pu(context->placement, second);
	row->own = own;
	row->take = take;
	row->unit = GBENCH_NANOSECOND;
	row->expected_ns = 10 * INT64_C(1000000);
	if (first == second) {
		snprintf(row->label, sizeof(row->label), "pu %d", own->pus.first);
	} else {
		snprintf(row->label, sizeof(row->label), "pu %d,%d", own->pus.first,
			own->pus.second);
	}
	return 0;
}

/* --- costs that the machine lacks ------------------------------------------------------------ */

static const char no_second[] = "it needs a second core, and gilbench may use only one";

/* `user` is the reason. */
static void skip(struct gbench_state *state, void *user)
{
	gbench_skip(state, user);
}

static int add_lacking(const struct context *context, const struct cost *cost,
	const struct row_part *parts, const char *reason, struct error *error)
{
	struct row *row = add_row(context, cost, parts, 1, error);
	if (!row || !(row->own = strdup(reason))) {
		return error_set(error, -ENOMEM, "out of memory for the costs of the machine");
	}
	row->in_process = skip;
	return 0;
}

/* --- all ------------------------------------------------------------------------------------- */

/* Of more places than the matrix is to have, those that are evenly spread over all. */
static int place_of(const struct context *context, int number, int count)
{
	return (int)((int64_t)number * placement_places(context->placement) / count);
}

static int add_pair(const struct context *context, const struct cost *cost, int first, int second,
	struct error *error)
{
	char from[NUMBER_MAX];
	char to[NUMBER_MAX];
	const struct row_part parts[] = { { "from", from }, { "to", to }, { 0 } };
	snprintf(from, sizeof(from), "%d", first);
	snprintf(to, sizeof(to), "%d", second);
	return second < placement_places(context->placement)
		       ? add_measured(context, cost, parts, first, second, error)
		       : add_lacking(context, cost, parts, no_second, error);
}

static int add_pairs(const struct context *context, const struct cost *cost, struct error *error)
{
	int places = placement_places(context->placement);
	int count = places < context->places ? places : context->places;
	int result = places < 2 ? add_pair(context, cost, 0, 1, error) : 0;
	for (int from = 0; from < count; from++) {
		for (int to = from + 1; !result && to < count; to++) {
			result = add_pair(context, cost, place_of(context, from, count),
				place_of(context, to, count), error);
		}
	}
	return result;
}

static int add_cost(const struct context *context, const struct cost *cost, struct error *error)
{
	const struct row_part parts[] = { { cost->key, cost->variant }, { 0 } };
	const char *reason = cost->lacks ? cost->lacks() : NULL;
	bool two = cost->places == COST_TWO_PLACES;
	if (cost->places == COST_ALL_PAIRS) {
		return add_pairs(context, cost, error);
	}
	if (two && placement_places(context->placement) < 2) {
		return add_lacking(context, cost, parts, no_second, error);
	}
	if (reason) {
		return add_lacking(context, cost, parts, reason, error);
	}
	return add_measured(context, cost, parts, 0, two, error);
}

static int plan_machine(struct plan *plan, const struct request *request, const struct spec *self,
	struct error *error)
{
	const struct context context = { plan, request->placement, (int)self->values[CORES] };
	int result = 0;
	for (size_t i = 0; !result && cost_at(i); i++) {
		result = add_cost(&context, cost_at(i), error);
	}
	return result;
}

static const char *const own_axes[] = { "op", "from", "to", "sleeper", "core", "slack", "between",
	"page", NULL };

static const struct quantity counters[] = {
	{ "p10_s", "s", QUANTITY_LOWER },
	{ "p90_s", "s", QUANTITY_LOWER },
	{ "max_s", "s", QUANTITY_LOWER },
	{ "values", "1", QUANTITY_NEITHER },
	{ 0 },
};

const struct experiment experiment_machine = {
	.form = {
		.name = "machine",
		.summary = "seconds per operation of the processor and the system, down to a cache line",
		.params = {
			[CORES] = {
				.name = "cores",
				.summary = "the most cores between which cache lines are passed",
				.kind = SPEC_COUNT,
				.initial = 8,
				.min = 2,
				.max = 64,
			},
		},
	},
	.example = "gilbench machine",
	.example_shows = "what the machine's operations cost",
	.value = { "cost_s", "s", QUANTITY_LOWER },
	.counters = counters,
	.own_axes = own_axes,
	.plan = plan_machine,
};
