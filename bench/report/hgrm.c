/* See hgrm.h. */
#include "hgrm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool hgrm_is_due(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->rows[i].keeps_distribution && plan->rows[i].wanted > 0) {
			return true;
		}
	}
	return false;
}

int hgrm_path(char path[PATH_MAX], const char *out, struct error *error)
{
	static const char ending[] = ".json";
	size_t length = strlen(out);
	size_t stem = length - (sizeof(ending) - 1);
	bool ends = length >= sizeof(ending) && strcmp(out + stem, ending) == 0;
	int printed = snprintf(path, PATH_MAX, "%.*s.hgrm", (int)(ends ? stem : length), out);
	return printed < PATH_MAX
		       ? 0
		       : error_set(error, -ENAMETOOLONG,
				 "cannot write '%.60s....hgrm': the name is too long", out);
}

static int print_latencies(FILE *file, const char *name, struct latency *all)
{
	latency_sort(all);
	char *text = latency_print(all);
	if (!text) {
		return -ENOMEM;
	}
	fprintf(file, "# row: %s\n%s", name, text);
	free(text);
	return 0;
}

/* A line that plotters of percentile files take for a comment. */
static void print_sample(FILE *file, const struct sample *sample)
{
	const struct latency *own = &sample->latencies;
	fprintf(file, "# sample: run=%d round=%d messages=%zu", sample->run, sample->round,
		own->count);
	if (own->censored > 0) {
		fprintf(file, " censored=%zu from=%.3f", own->censored,
			(double)own->censored_from_ns / 1e3);
	}
	fputc(':', file);
	latency_print_values(file, own);
	fputc('\n', file);
}

static int print_row(FILE *file, const struct row *row)
{
	struct latency all = { 0 };
	int result = row->keeps_distribution ? row_latencies(row, &all) : 0;
	if (!result && all.count > 0) {
		result = print_latencies(file, row->name, &all);
	}
	for (size_t i = 0; !result && i < row->room; i++) {
		if (row->samples[i].latencies.count > 0) {
			print_sample(file, &row->samples[i]);
		}
	}
	latency_finish(&all);
	return result;
}

char *hgrm_print(const struct plan *plan)
{
	char *text = NULL;
	size_t size;
	int result = 0;
	FILE *file = open_memstream(&text, &size);
	if (!file) {
		return NULL;
	}
	for (size_t i = 0; !result && i < plan->count; i++) {
		result = print_row(file, &plan->rows[i]);
	}
	if (fclose(file) || result) {
		free(text);
		return NULL;
	}
	return text;
}
