/* See latency_files.h. Each file is written under a temporary name and renamed (outfile.h). */
#include "latency_files.h"

#include "experiments/beside_row.h"
#include "latency.h"
#include "outfile.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char suffix[] = ".hgrm";

/* --- names ----------------------------------------------------------------------------------- */

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text);
	size_t size = strlen(end);
	return length >= size && strcmp(text + length - size, end) == 0;
}

static int print_folder(char *folder, size_t size, const char *out, struct error *error)
{
	size_t stem = strlen(out) - (ends_with(out, ".json") ? strlen(".json") : 0);
	int length = snprintf(folder, size, "%.*s%s", (int)stem, out, suffix);
	return length < (int)size
		       ? 0
		       : error_set(error, -ENAMETOOLONG,
				 "cannot write '%.60s...%s': the name is too long", out, suffix);
}

/* The part of a row's name that begins with `key` and a colon; NULL if there is none. */
static const char *find_part(const char *name, const char *key)
{
	size_t length = strlen(key);
	for (const char *part = strchr(name, '/'); part; part = strchr(part + 1, '/')) {
		if (strncmp(part + 1, key, length) == 0 && part[1 + length] == ':') {
			return part + 1;
		}
	}
	return NULL;
}

static bool same_part(const char *left, const char *right)
{
	size_t length = strcspn(left, "/");
	return length == strcspn(right, "/") && strncmp(left, right, length) == 0;
}

/* A part as a word of a file's name: only the value where it says enough. */
static void print_part(FILE *file, const char *part)
{
	static const char *const plain[] = { "kernel", "mode", "lock", "runtime" };
	static const char allowed[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._=+-";
	const char *end = part + strcspn(part, "/");
	size_t key = strcspn(part, ":");
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		if (strlen(plain[i]) == key && strncmp(part, plain[i], key) == 0) {
			part += key + 1;
			break;
		}
	}
	for (; part < end; part++) {
		fputc(strchr(allowed, *part) ? *part : '-', file);
	}
}

/*
 * The path of a row's file, for free(); NULL if out of memory. `first` is the plan's first kernel.
 */
static char *print_path(const char *folder, const struct row *row, const char *first)
{
	char *path = NULL;
	size_t size;
	FILE *file = open_memstream(&path, &size);
	if (!file) {
		return NULL;
	}
	const char *kernel = find_part(row->name, "kernel");
	const char *separator = "/";
	fputs(folder, file);
	for (const char *part = strchr(row->name, '/'); part; part = strchr(part + 1, '/')) {
		if (part + 1 == kernel && same_part(kernel, first)) {
			continue;
		}
		fputs(separator, file);
		print_part(file, part + 1);
		separator = "_";
	}
	fputs(suffix, file);
	if (fclose(file)) {
		free(path);
		return NULL;
	}
	return path;
}

/* --- files ----------------------------------------------------------------------------------- */

static int write_file(const char *path, const struct latency *latencies, struct error *error)
{
	struct outfile file;
	char *text = latency_print(latencies);
	int result = text ? outfile_open(&file, path, error)
			  : error_set(error, -ENOMEM, "out of memory for '%s'", path);
	result = result ? result : outfile_commit(&file, text, "", error);
	free(text);
	return result;
}

static int write_row(
	const char *folder, const struct row *row, const char *first, struct error *error)
{
	char *path = print_path(folder, row, first);
	int result = path ? write_file(path, beside_row_latencies(row), error)
			  : error_set(error, -ENOMEM, "out of memory for '%s'", row->name);
	free(path);
	return result;
}

/* True if one of the plan's rows has that file. */
static bool is_wanted(
	const struct plan *plan, const char *folder, const char *name, const char *first)
{
	bool wanted = false;
	for (size_t i = 0; !wanted && i < plan->count; i++) {
		if (beside_row_latencies(&plan->rows[i])) {
			char *path = print_path(folder, &plan->rows[i], first);
			wanted = !path || strcmp(strrchr(path, '/') + 1, name) == 0;
			free(path);
		}
	}
	return wanted;
}

static void remove_others(const struct plan *plan, const char *folder, const char *first)
{
	DIR *listing = opendir(folder);
	struct dirent *entry;
	while (listing && (entry = readdir(listing))) {
		if (ends_with(entry->d_name, suffix) &&
			!is_wanted(plan, folder, entry->d_name, first)) {
			unlinkat(dirfd(listing), entry->d_name, 0);
		}
	}
	if (listing) {
		closedir(listing);
	}
}

static const struct row *first_row(const struct plan *plan)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (beside_row_latencies(&plan->rows[i])) {
			return &plan->rows[i];
		}
	}
	return NULL;
}

int latency_write_all(const struct plan *plan, const char *out, struct error *error)
{
	char folder[PATH_MAX];
	const struct row *first = first_row(plan);
	const char *kernel = first ? find_part(first->name, "kernel") : NULL;
	int result = print_folder(folder, sizeof(folder), out, error);
	if (!result && first && mkdir(folder, 0777) && errno != EEXIST) {
		result = error_system(error, -errno, "cannot make the folder '%s'", folder);
	}
	for (size_t i = 0; !result && i < plan->count; i++) {
		if (beside_row_latencies(&plan->rows[i])) {
			result = write_row(folder, &plan->rows[i], kernel, error);
		}
	}
	if (!result) {
		remove_others(plan, folder, kernel);
	}
	return result;
}
