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

static int print_row(FILE *file, const struct row *row)
{
	if (row->distribution.count == 0) {
		return 0;
	}
	char *text = latency_print(&row->distribution);
	if (!text) {
		return -ENOMEM;
	}
	fprintf(file, "# row: %s\n%s", row->name, text);
	free(text);
	return 0;
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
