/* See beside_row.h. */
#include "beside_row.h"

#include "experiments.h"
#include "real_beside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const int64_t every_default_ns = 10 * INT64_C(1000000);

/* What a row keeps. */
struct own {
	struct beside_job job;
	struct latency latencies; /* of all samples so far */
};

/* --- a sample -------------------------------------------------------------------------------- */

static void count_seconds(struct region_result *region, const char *name, int64_t ns)
{
	region_count(region, name, (double)ns / 1e9);
}

/* The peer's own lateness is part of every latency: of a tenth, it has to be known. */
static bool sent_late(const struct beside_result *result, int64_t p50_ns)
{
	return result->late_p50_ns > p50_ns / 10;
}

/* Once, whichever sample it is for. */
static void mark(struct row *row, const char *words)
{
	size_t length = strlen(row->label);
	if (!strstr(row->label, words)) {
		snprintf(row->label + length, sizeof(row->label) - length, " %s", words);
	}
}

static void mark_convoy(struct row *row, const struct beside_result *result, int64_t p50_ns)
{
	if (sent_late(result, p50_ns)) {
		mark(row, "sent late");
	}
	if (result->unread) {
		mark(row, "overrun");
	}
}

static void count_convoy(struct row *row, struct sample *sample, struct beside_result *result)
{
	static const struct {
		const char *name;
		unsigned per_mille;
	} percentiles[] = { { "p50_s", 500 }, { "p90_s", 900 }, { "p99_s", 990 }, { "p999_s", 999 },
		{ "max_s", 1000 } };
	struct region_result *region = &sample->region;
	latency_sort(&result->latencies);
	int64_t p50_ns = latency_percentile(&result->latencies, 500);
	for (size_t i = 0; i < sizeof(percentiles) / sizeof(percentiles[0]); i++) {
		count_seconds(region, percentiles[i].name,
			latency_percentile(&result->latencies, percentiles[i].per_mille));
	}
	count_seconds(region, "late_p50_s", result->late_p50_ns);
	count_seconds(region, "late_max_s", result->late_max_ns);
	region_count(region, "sent_late", sent_late(result, p50_ns));
	region_count(region, "messages", (double)result->messages);
	region_count(region, "unread", (double)result->unread);
	mark_convoy(row, result, p50_ns);
	sample->seconds = (double)p50_ns / 1e9;
}

static void count_bandwidth(struct sample *sample, const struct beside_result *result)
{
	region_count(&sample->region, "packets_per_s", result->packets_per_s);
	region_count(&sample->region, "packets", (double)result->packets);
	sample->seconds = 1 / result->packets_per_s;
}

static int count_all(struct row *row, struct sample *sample, struct beside_result *result)
{
	struct own *own = row->own;
	if (own->job.kind == BESIDE_CONVOY) {
		count_convoy(row, sample, result);
	} else {
		count_bandwidth(sample, result);
	}
	region_count(&sample->region, "lost", (double)result->lost);
	region_count(&sample->region, "duplicated", (double)result->duplicated);
	region_count(&sample->region, "turn_s", row->work->turn_s);
	if (row->workers) {
		region_count(&sample->region, "throughput_kept",
			result->units_per_s * row->work->turn_s);
	}
	if (latency_add(&own->latencies, result->latencies.ns, result->latencies.count)) {
		return error_set(&sample->error, -ENOMEM, "out of memory for %zu latencies",
			own->latencies.count + result->latencies.count);
	}
	latency_sort(&own->latencies);
	return 0;
}

/*
 * A lock that starves the thread beside the others lets it take many times as long as the peer has
 * been sending.
 */
static int64_t deadline_ns(const struct beside_job *job)
{
	return 20 * INT64_C(1000000000) + 20 * job->window_ns;
}

static int run(const struct beside_job *job, const struct work_target *target,
	struct sample *sample, struct beside_result *result)
{
	int64_t deadline = deadline_ns(job);
	if (job->mode->real) {
		return real_beside_run(
			job, deadline, target->signals, &sample->region, result, &sample->error);
	}
	return beside_run(job, deadline, target->signals, &sample->region, result, &sample->error);
}

static int take(struct row *row, const struct work_target *target, struct sample *sample)
{
	const struct own *own = row->own;
	struct beside_job job = own->job;
	struct beside_result result = { 0 };
	job.work = row->work;
	job.lock = job.mode->real ? NULL : &row->lock;
	job.placement = target->placement;
	int failed = run(&job, target, sample, &result);
	failed = failed ? failed : count_all(row, sample, &result);
	beside_finish(&result);
	return failed;
}

const struct latency *beside_row_latencies(const struct row *row)
{
	const struct own *own = row->take == take ? row->own : NULL;
	return own && own->latencies.count ? &own->latencies : NULL;
}

/* --- the row --------------------------------------------------------------------------------- */

/* The parts of a convoy's name that are not as by default; empty if all are. */
static void print_own_parts(char *text, size_t size, const struct beside_job *job)
{
	static const struct spec_param every = { .kind = SPEC_DURATION };
	size_t used = 0;
	text[0] = '\0';
	if (job->kind != BESIDE_CONVOY) {
		return;
	}
	if (job->every_ns && job->every_ns != every_default_ns) {
		char value[SPEC_TEXT_MAX];
		spec_print_value(value, sizeof(value), &every, job->every_ns);
		used = (size_t)snprintf(text, size, "every:%s", value);
	}
	if (job->over != LINK_PIPE && used < size) {
		snprintf(text + used, size - used, "%sover:%s", used ? "/" : "",
			link_form(job->over)->name);
	}
}

static void finish(void *context)
{
	struct own *own = context;
	latency_finish(&own->latencies);
	free(own);
}

static int add_own(struct row *row, const struct beside_job *job, struct error *error)
{
	struct own *own = calloc(1, sizeof(*own));
	if (!own) {
		return error_set(error, -ENOMEM, "out of memory for the row '%s'", row->name);
	}
	own->job = *job;
	own->job.every_ns = job->every_ns ? job->every_ns : every_default_ns;
	row->own = own;
	row->finish = finish;
	return 0;
}

int beside_row_add(struct plan *plan, const struct beside_row *wanted, struct error *error)
{
	const struct beside_job *job = &wanted->job;
	bool convoy = job->kind == BESIDE_CONVOY;
	char own_parts[2 * SPEC_TEXT_MAX];
	print_own_parts(own_parts, sizeof(own_parts), job);
	struct plan_parts parts = {
		.experiment = (convoy ? &experiment_convoy : &experiment_bandwidth)->form.name,
		.kernel = job->work->spec.text,
		.mode = job->mode,
		.lock = job->lock && !job->mode->model ? job->lock->text : NULL,
		.runtime = wanted->runtime,
		.workers = job->workers,
		.own = own_parts[0] ? own_parts : NULL,
		.samples = wanted->samples,
	};
	struct row *row = plan_add(plan, &parts, error);
	if (!row) {
		return -ENOMEM;
	}
	placement_describe(plan->placement, job->workers + 1, row->label, sizeof(row->label));
	row->take = take;
	row->work = (struct work *)job->work;
	row->unit = GBENCH_MICROSECOND;
	if (job->lock) {
		row->lock = *job->lock;
	}
	return add_own(row, job, error);
}
