/* See scratch.h. */
#include "scratch.h"
#include "test.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[] = "/tmp/test-scratch.XXXXXX";

int scratch_create(void **unused)
{
	(void)unused;
	memcpy(strchr(folder, '.'), ".XXXXXX", sizeof(".XXXXXX"));
	return mkdtemp(folder) == NULL;
}

const char *scratch_folder(void)
{
	return folder;
}

const char *scratch_path(const char *file)
{
	static char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return path;
}

int scratch_empty(void **unused)
{
	(void)unused;
	DIR *files = opendir(folder);
	for (struct dirent *file; files && (file = readdir(files));) {
		const char *path = scratch_path(file->d_name);
		if (file->d_name[0] != '.' && unlink(path)) {
			rmdir(path);
		}
	}
	return !files || closedir(files);
}

int scratch_remove(void **unused)
{
	return scratch_empty(unused) || rmdir(folder);
}

int scratch_count(void)
{
	int count = 0;
	DIR *files = opendir(folder);
	assert_non_null(files);
	while (readdir(files)) {
		count++;
	}
	closedir(files);
	return count - 2; /* without "." and ".." */
}

bool scratch_has(const char *path)
{
	return access(path, F_OK) == 0;
}

void scratch_write(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

void scratch_expect(const char *path, const char *expected)
{
	char text[4096] = "";
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) < sizeof(text) - 1);
	fclose(file);
	assert_string_equal(text, expected);
}
