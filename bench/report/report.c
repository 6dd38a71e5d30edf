/* See report.h. */
#include "report.h"

#include "signals.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

const struct quantity report_counters[] = {
	{ "workers", "1", QUANTITY_NEITHER },
	{ "units", "1", QUANTITY_NEITHER },
	{ "run", "1", QUANTITY_NEITHER },
	{ "round", "1", QUANTITY_NEITHER },
	{ "order", "1", QUANTITY_NEITHER },
	{ "start_s", "s", QUANTITY_NEITHER },
	{ "start_skew_s", "s", QUANTITY_LOWER },
	{ "cpu_s", "s", QUANTITY_LOWER },
	{ "ctxsw_voluntary", "1", QUANTITY_LOWER },
	{ "ctxsw_involuntary", "1", QUANTITY_LOWER },
	{ "migrations", "1", QUANTITY_LOWER },
	{ "runqueue_s", "s", QUANTITY_LOWER },
	{ "acquisitions", "1", QUANTITY_NEITHER },
	{ "contended", "1", QUANTITY_LOWER },
	{ "switches", "1", QUANTITY_NEITHER },
	{ "drop_requests", "1", QUANTITY_NEITHER },
	{ "drops_honoured", "1", QUANTITY_NEITHER },
	{ "hold_s", "s", QUANTITY_NEITHER },
	{ "wait_s", "s", QUANTITY_LOWER },
	{ "wait_max_s", "s", QUANTITY_LOWER },
	{ "jain_hold", "1", QUANTITY_HIGHER },
	{ 0 },
};

static void set_number(struct gbench_state *state, const char *name, double value)
{
	gbench_set_counter(state, name, value, GBENCH_COUNTER_DEFAULT, GBENCH_1K_IS_1000);
}

/* A time in nanoseconds as a counter in seconds. */
static void set_seconds(struct gbench_state *state, const char *name, int64_t ns)
{
	set_number(state, name, (double)ns / 1e9);
}

static void report_lock(struct gbench_state *state, const struct region_result *region)
{
	const struct lockmodel_stats *lock = &region->lock;
	set_number(state, "acquisitions", (double)lock->acquisitions);
	set_number(state, "contended", (double)lock->contended);
	set_number(state, "switches", (double)lock->switches);
	set_number(state, "drop_requests", (double)lock->drop_requests);
	set_number(state, "drops_honoured", (double)lock->drops_honoured);
	set_seconds(state, "hold_s", lock->held_ns);
	set_seconds(state, "wait_s", lock->waited_ns);
	set_seconds(state, "wait_max_s", lock->longest_wait_ns);
	set_number(state, "jain_hold", region->jain_held);
}

static void report_system(struct gbench_state *state, const struct region_result *region)
{
	set_seconds(state, "start_skew_s", region->start_skew_ns);
	set_seconds(state, "cpu_s", region->cpu_ns);
	set_number(state, "ctxsw_voluntary", (double)region->switches_voluntary);
	set_number(state, "ctxsw_involuntary", (double)region->switches_involuntary);
	if (region->migrations >= 0) {
		set_number(state, "migrations", (double)region->migrations);
	}
	if (region->runqueue_ns >= 0) {
		set_seconds(state, "runqueue_s", region->runqueue_ns);
	}
}

/*
 * The number of samples that failed for the same reason as number `index`; 0 if `index` is not the
 * first of these.
 */
static size_t count_alike(const struct row *row, size_t index)
{
	size_t alike = 0;
	for (size_t i = 0; i < row->wanted; i++) {
		bool same = !row->samples[i].measured &&
			    strcmp(row->samples[i].error.text, row->samples[index].error.text) == 0;
		if (same && i < index) {
			return 0;
		}
		alike += same;
	}
	return alike;
}

/*
 * Describes why a row's samples failed. Once a row has failed, the shim reports its further
 * repetitions with the reason of the first. So if the reasons differ, they are all listed in it.
 */
static void describe_failures(const struct row *row, char *text, size_t size)
{
	const char *reason = "";
	size_t reasons = 0;
	size_t used = 0;
	for (size_t i = 0; i < row->wanted && used < size; i++) {
		size_t alike = row->samples[i].measured ? 0 : count_alike(row, i);
		if (alike > 0) {
			reason = row->samples[i].error.text;
			used += (size_t)snprintf(text + used, size - used, "%s%zu of %zu: %s",
				reasons++ ? "; " : "", alike, row->wanted, reason);
		}
	}
	if (reasons == 1) {
		snprintf(text, size, "%s", reason);
	}
}

static void report_sample(
	struct gbench_state *state, const struct row *row, const struct sample *sample)
{
	char label[PLAN_LABEL_MAX];
	if (!sample->measured) {
		char reasons[2 * ERROR_TEXT_MAX];
		describe_failures(row, reasons, sizeof(reasons));
		gbench_fail(state, reasons);
		return;
	}
	while (gbench_keep_running(state)) {
		gbench_set_iteration_time(state, sample->seconds);
	}
	row_describe(row, label);
	gbench_set_label(state, label);
	set_number(state, "workers", row->workers);
	if (row->work) {
		set_number(state, "units", (double)row->work->load.units);
	}
	set_number(state, "run", sample->run);
	set_number(state, "round", sample->round);
	set_number(state, "order", (double)sample->order);
	set_seconds(state, "start_s", sample->start_ns - row->plan->began_ns);
	report_system(state, &sample->region);
	if (row->locks != WORKER_BARE) {
		report_lock(state, &sample->region);
	}
	if (row->quantum_ns) {
		set_number(
			state, "quanta", (double)sample->region.wall_ns / (double)row->quantum_ns);
	}
	for (size_t i = 0; i < sample->counters.count; i++) {
		set_number(state, sample->counters.list[i].name, sample->counters.list[i].value);
	}
}

static void count_wanted(struct gbench_state *state, struct row *row)
{
	row->wanted++;
	if (row->in_process) {
		gbench_skip(state, "selection pass");
		return;
	}
	while (gbench_keep_running(state)) {
		gbench_set_iteration_time(state, 1);
	}
}

/*
 * The sample to report as number `number`: first those that were measured, in their order, then
 * those that failed. Once a row has failed, the shim does not call its further repetitions.
 */
static const struct sample *find_sample(const struct row *row, size_t number)
{
	for (int measured = 1; measured >= 0; measured--) {
		for (size_t i = 0; i < row->wanted; i++) {
			if (row->samples[i].measured == measured && number-- == 0) {
				return &row->samples[i];
			}
		}
	}
	return NULL;
}

/* No signal is taken while such a row runs, so they are checked before each. */
static void run_in_process(struct gbench_state *state, struct row *row)
{
	struct plan *plan = row->plan;
	bool going_on = plan->interrupted.text[0] == '\0';
	int number = plan->signals && going_on ? signals_take(plan->signals) : 0;
	if (number) {
		error_set(&plan->interrupted, -EINTR, "interrupted by SIG%s", sigabbrev_np(number));
	}
	if (number || !going_on) {
		gbench_fail(state, plan->interrupted.text);
		return;
	}
	/* As a worker would be bound. No worker is forked after this that could inherit it. */
	struct error error;
	if (placement_bind(row->placement, 0, &error)) {
		gbench_fail(state, error.text);
		return;
	}
	row->in_process(state, row->own);
	gbench_set_label(state, row->label);
}

static void run_row(struct gbench_state *state, void *user)
{
	struct row *row = user;
	if (row->plan->selecting) {
		count_wanted(state, row);
	} else if (row->in_process) {
		run_in_process(state, row);
	} else if (row->reported < row->wanted) {
		report_sample(state, row, find_sample(row, row->reported++));
	} else {
		gbench_fail(state, "called more often than in the selection pass");
	}
}

static int register_row(struct row *row)
{
	struct gbench_benchmark *benchmark = gbench_register(row->name, run_row, row);
	if (!benchmark) {
		return -ENOMEM;
	}
	/* What is timed in this process has no part in the runs. */
	size_t runs = row->in_process && row->plan->runs ? (size_t)row->plan->runs : 1;
	gbench_set_repetitions(benchmark, (int)(row->room / runs));
	if (!row->in_process) {
		gbench_set_unit(benchmark, row->unit);
		gbench_set_iterations(benchmark, 1);
		gbench_use_manual_time(benchmark);
	}
	return 0;
}

int report_register(struct plan *plan)
{
	gbench_use_plain_names();
	for (size_t i = 0; i < plan->count; i++) {
		int result = register_row(&plan->rows[i]);
		if (result) {
			return result;
		}
	}
	return 0;
}

int report_shorten(struct plan *plan, int runs)
{
	for (size_t i = 0; i < plan->count; i++) {
		struct row *row = &plan->rows[i];
		size_t all = (size_t)plan->runs;
		row->room = row->room / all * (size_t)runs;
		row->wanted = row->in_process ? row->wanted : row->wanted / all * (size_t)runs;
	}
	plan->runs = runs;
	gbench_clear();
	return report_register(plan);
}

void report_again(struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		plan->rows[i].reported = 0;
	}
}

/* With --benchmark_min_warmup_time, Google Benchmark calls a row more often than it reports it. */
static bool has_room(const struct plan *plan)
{
	bool room = true;
	for (size_t i = 0; i < plan->count; i++) {
		room = room && plan->rows[i].wanted <= plan->rows[i].room;
	}
	return room;
}

int report_select(struct plan *plan)
{
	plan->selecting = true;
	long selected = gbench_dry_run();
	plan->selecting = false;
	if (selected <= 0) {
		return selected < 0 ? (int)selected : -ENOENT;
	}
	return has_room(plan) ? 0 : -E2BIG;
}
