/* See starts.h. */
#include "starts.h"

#include "clock.h"

#include <sys/resource.h>

/* The part of a batch's length for which starts are made to learn how long they take. */
enum { ESTIMATE_PART = 8 };

enum { COUNT_MAX = 1000000 };

/* --- in the process of its own --------------------------------------------------------------- */

static int make_starts(
	const struct starts *starts, struct starter *starter, int64_t count, struct error *error)
{
	int result = 0;
	for (int64_t i = 0; !result && i < count; i++) {
		result = starts->way->start(starter, error);
	}
	return result;
}

/*
 * How many starts take as long as the batch. The very first start is left out: it also copies pages
 * that this process shares with the one that forked it.
 */
static int choose_count(
	const struct starts *starts, struct starter *starter, int64_t *count, struct error *error)
{
	int64_t made = 0;
	int64_t passed_ns = 0;
	int result = make_starts(starts, starter, 1, error);
	int64_t began_ns = clock_now_ns();
	while (!result && passed_ns < starts->batch_ns / ESTIMATE_PART) {
		result = make_starts(starts, starter, 1, error);
		made++;
		passed_ns = clock_now_ns() - began_ns;
	}
	double wanted = result || passed_ns <= 0
				? 1
				: (double)starts->batch_ns * (double)made / (double)passed_ns;
	*count = wanted < 1 ? 1 : wanted > COUNT_MAX ? COUNT_MAX : (int64_t)wanted;
	return result;
}

static int64_t timeval_ns(struct timeval time)
{
	return time.tv_sec * INT64_C(1000000000) + time.tv_usec * INT64_C(1000);
}

/* Adds what was used so far, `sign` times. */
static void add_usage(struct starts_result *result, int sign)
{
	static const int whose[] = { RUSAGE_SELF, RUSAGE_CHILDREN };
	for (size_t i = 0; i < sizeof(whose) / sizeof(whose[0]); i++) {
		struct rusage usage;
		getrusage(whose[i], &usage);
		result->cpu_ns += sign * (timeval_ns(usage.ru_utime) + timeval_ns(usage.ru_stime));
		result->switches_voluntary += sign * usage.ru_nvcsw;
		result->switches_involuntary += sign * usage.ru_nivcsw;
	}
}

static int make_batch(const struct starts *starts, struct starter *starter,
	struct starts_result *result, struct error *error)
{
	int failed = choose_count(starts, starter, &result->count, error);
	if (failed) {
		return failed;
	}
	add_usage(result, -1);
	int64_t began_ns = clock_now_ns();
	failed = make_starts(starts, starter, result->count, error);
	result->wall_ns = clock_now_ns() - began_ns;
	add_usage(result, 1);
	return failed ? failed
		      : placement_verify(starts->placement, 0, "after the last start", error);
}

static int measure(void *context, void *shared, struct error *error)
{
	const struct starts *starts = context;
	struct starts_result *result = shared;
	struct touched_memory memory;
	struct starter starter;
	int failed = placement_bind(starts->placement, 0, error);
	failed = failed ? failed : touched_init(&memory, &starts->touched, error);
	if (failed) {
		return failed;
	}
	result->huge_part = memory.huge_part;
	failed = starter_init(&starter, starts->program, error);
	if (!failed) {
		failed = make_batch(starts, &starter, result, error);
		starter_finish(&starter);
	}
	touched_finish(&memory);
	return failed;
}

/* --- in the caller --------------------------------------------------------------------------- */

int starts_run(const struct starts *starts, const struct limits *limits,
	struct starts_result *result, struct error *error)
{
	const struct isolated isolated = {
		.run = measure,
		.context = (void *)starts, /* which measure() does not change */
		.result_size = sizeof(*result),
		.name = "the process that starts others",
	};
	return isolated_run(&isolated, limits, result, error);
}

/* Memory that is touched for the first time comes at 100 MB/s at least: 10 ns per byte. */
int64_t starts_deadline_ns(const struct starts *starts)
{
	return 20 * INT64_C(1000000000) + 100 * starts->batch_ns + 10 * starts->touched.bytes;
}
