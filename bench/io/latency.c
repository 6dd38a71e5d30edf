/*
 * See latency.h. All latencies are kept with full precision instead of in the buckets of a
 * histogram, since there are only some thousands of them.
 *
 * The points of a percentile file become denser towards 100 %. They are numbered by `half` (0 for 0
 * to 50 %, 1 for 50 to 75 %, ...) and, within a half, by `tick` (0 to 4), in HdrHistogram's terms.
 * The fraction (10 - tick) / (10 * 2^half) of all latencies lies above a point. Points are compared
 * in integers, so that the result does not depend on the compiler's floating point.
 */
#include "latency.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TICKS_PER_HALF = 5 };

int latency_add(struct latency *latency, const int64_t *ns, size_t count)
{
	if (count == 0) {
		return 0;
	}
	int64_t *all = realloc(latency->ns, (latency->count + count) * sizeof(*all));
	if (!all) {
		return -ENOMEM;
	}
	memcpy(all + latency->count, ns, count * sizeof(*all));
	latency->ns = all;
	latency->count += count;
	return 0;
}

static void note_bound(struct latency *latency, size_t count, int64_t smallest_ns)
{
	if (latency->censored == 0 || smallest_ns < latency->censored_from_ns) {
		latency->censored_from_ns = smallest_ns;
	}
	latency->censored += count;
}

int latency_add_censored(struct latency *latency, int64_t bound_ns)
{
	int result = latency_add(latency, &bound_ns, 1);
	if (!result) {
		note_bound(latency, 1, bound_ns);
	}
	return result;
}

int latency_merge(struct latency *latency, const struct latency *other)
{
	int result = latency_add(latency, other->ns, other->count);
	if (!result && other->censored > 0) {
		note_bound(latency, other->censored, other->censored_from_ns);
	}
	return result;
}

static int compare_ns(const void *left, const void *right)
{
	int64_t a = *(const int64_t *)left;
	int64_t b = *(const int64_t *)right;
	return (a > b) - (a < b);
}

void latency_sort(struct latency *latency)
{
	if (latency->count) {
		qsort(latency->ns, latency->count, sizeof(*latency->ns), compare_ns);
	}
}

int64_t latency_percentile(const struct latency *sorted, unsigned per_mille)
{
	size_t rank = (sorted->count * per_mille + 999) / 1000;
	return sorted->ns[rank ? rank - 1 : 0];
}

bool latency_is_bound(const struct latency *latency, int64_t percentile_ns)
{
	return latency->censored > 0 && percentile_ns >= latency->censored_from_ns;
}

/* How many messages a value stands for follows from the number of values. */
void latency_print_values(FILE *file, const struct latency *sorted)
{
	size_t values = sorted->count < LATENCY_VALUES_MAX ? sorted->count : LATENCY_VALUES_MAX;
	for (size_t i = 1; i <= values; i++) {
		size_t rank = (sorted->count * i + values - 1) / values;
		fprintf(file, " %.3f", (double)sorted->ns[rank - 1] / 1e3);
	}
}

void latency_finish(struct latency *latency)
{
	free(latency->ns);
	*latency = (struct latency){ 0 };
}

/* --- percentile files ------------------------------------------------------------------------ */

/* A percentile at which the file has a line. */
struct point {
	unsigned half;
	unsigned tick;
};

/* 1/(1-percentile), the last column. */
static double point_inverse(struct point point)
{
	return ldexp(2 * TICKS_PER_HALF, (int)point.half) / (2 * TICKS_PER_HALF - point.tick);
}

static struct point point_next(struct point point)
{
	point.tick++;
	return point.tick < TICKS_PER_HALF ? point : (struct point){ point.half + 1, 0 };
}

/*
 * Whether at most the point's fraction of `count` latencies, `above`, lies above a latency. The
 * previous point was reached, so `above` times 2^half is not much larger than `count`, and the
 * shift does not overflow.
 */
static bool point_reached(struct point point, size_t above, size_t count)
{
	return ((uint64_t)above * 2 * TICKS_PER_HALF << point.half) <=
	       (uint64_t)count * (2 * TICKS_PER_HALF - point.tick);
}

static void print_line(FILE *file, int64_t ns, struct point point, size_t below)
{
	double inverse = point_inverse(point);
	fprintf(file, "%12.3f %14.12f %10zu %14.2f\n", (double)ns / 1e3, 1 - 1 / inverse, below,
		inverse);
}

/*
 * Prints the points reached by the `below` shortest latencies, of which `ns` is the longest.
 * Returns the next point.
 */
static struct point print_reached(
	FILE *file, int64_t ns, struct point point, size_t below, size_t count)
{
	while (point_reached(point, count - below, count)) {
		print_line(file, ns, point, below);
		point = point_next(point);
		if (below == count) {
			break;
		}
	}
	return point;
}

static void print_points(FILE *file, const struct latency *sorted)
{
	struct point point = { 0, 0 };
	size_t count = sorted->count;
	for (size_t i = 0; i < count; i++) {
		if (i + 1 == count || sorted->ns[i + 1] != sorted->ns[i]) {
			point = print_reached(file, sorted->ns[i], point, i + 1, count);
		}
	}
	fprintf(file, "%12.3f %14.12f %10zu %14s\n", (double)sorted->ns[count - 1] / 1e3, 1.0,
		count, "inf");
}

static void print_sums(FILE *file, const struct latency *sorted)
{
	double count = (double)sorted->count;
	double sum = 0;
	double squares = 0;
	size_t buckets = 0;
	for (size_t i = 0; i < sorted->count; i++) {
		sum += (double)sorted->ns[i];
		buckets += i == 0 || sorted->ns[i] != sorted->ns[i - 1];
	}
	for (size_t i = 0; i < sorted->count; i++) {
		double off = (double)sorted->ns[i] - sum / count;
		squares += off * off;
	}
	fprintf(file, "#[Mean    = %12.3f, StdDeviation   = %12.3f]\n", sum / count / 1e3,
		sqrt(squares / count) / 1e3);
	fprintf(file, "#[Max     = %12.3f, Total count    = %12zu]\n",
		(double)sorted->ns[sorted->count - 1] / 1e3, sorted->count);
	fprintf(file, "#[Buckets = %12zu, SubBuckets     = %12d]\n", buckets, 1);
	if (sorted->censored > 0) {
		fprintf(file, "#[Censored = %11zu, from           = %12.3f]\n", sorted->censored,
			(double)sorted->censored_from_ns / 1e3);
	}
}

char *latency_print(const struct latency *sorted)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file = open_memstream(&text, &size);
	if (!file) {
		return NULL;
	}
	fprintf(file, "%12s %14s %10s %14s\n\n", "Value", "Percentile", "TotalCount",
		"1/(1-Percentile)");
	print_points(file, sorted);
	print_sums(file, sorted);
	int failed = ferror(file);
	if (fclose(file) || failed) {
		free(text);
		return NULL;
	}
	return text;
}
