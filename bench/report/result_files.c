/* See result_files.h. */
#include "result_files.h"

#include "gbench.h"
#include "hgrm.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

/* True if both paths lead to one file that exists. */
static bool is_same_file(const char *left, const char *right)
{
	struct stat a;
	struct stat b;
	return stat(left, &a) == 0 && stat(right, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

int result_files_open(struct result_files *files, const char *out, struct error *error)
{
	const char *other = gbench_out_path();
	*files = (struct result_files){ .out = out };
	int result = out ? outfile_open(&files->json, out, error) : 0;
	files->is_open = out && !result;
	if (files->is_open && other && is_same_file(other, files->json.path.target)) {
		return error_set(error, -EINVAL,
			"--out and --benchmark_out name the same file '%s'; omit one of them", out);
	}
	return result;
}

int result_files_reserve(struct result_files *files, const struct plan *plan, struct error *error)
{
	enum { ROW_BYTES = 2048, CONTEXT_BYTES = 16384, AGGREGATES = 4 };
	if (!files->is_open) {
		return 0;
	}
	size_t entries = plan->count * AGGREGATES;
	for (size_t i = 0; i < plan->count; i++) {
		entries += plan->rows[i].room;
	}
	int result = outfile_reserve(&files->json, entries * ROW_BYTES + CONTEXT_BYTES, error);
	if (result) {
		files->is_open = false;
		return result;
	}
	if (!hgrm_is_due(plan)) {
		return 0;
	}
	result = hgrm_path(files->distributions_path, files->out, error);
	result = result ? result
			: outfile_open(&files->distributions, files->distributions_path, error);
	files->has_distributions = !result;
	return result;
}

static int commit_distributions(struct result_files *files, const struct plan *plan,
	const char *suffix, struct error *error)
{
	if (!files->has_distributions) {
		return 0;
	}
	char *text = hgrm_print(plan);
	if (!text) {
		return error_set(
			error, -ENOMEM, "out of memory for '%s'", files->distributions_path);
	}
	files->has_distributions = false;
	int result = outfile_commit(&files->distributions, text, suffix, error);
	free(text);
	return result;
}

int result_files_commit(
	struct result_files *files, const struct plan *plan, const char *json, struct error *error)
{
	struct error second;
	const char *suffix = plan->interrupted.text[0] ? OUTFILE_PARTIAL : "";
	if (!files->is_open || !json) {
		return 0;
	}
	files->is_open = false;
	int result = outfile_commit(&files->json, json, suffix, error);
	int other = commit_distributions(files, plan, suffix, result ? &second : error);
	return result ? result : other;
}

void result_files_abandon(struct result_files *files)
{
	if (files->is_open) {
		outfile_abandon(&files->json);
	}
	if (files->has_distributions) {
		outfile_abandon(&files->distributions);
	}
}
