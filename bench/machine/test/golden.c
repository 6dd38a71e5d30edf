/* See golden.h. */
#include "golden.h"
#include "test.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_MAX = 256 };

static char folder[] = "/tmp/test-golden.XXXXXX";

int golden_create_folder(void **unused)
{
	(void)unused;
	return mkdtemp(folder) == NULL;
}

int golden_remove_folder(void **unused)
{
	(void)unused;
	return rmdir(folder);
}

static const char *in_folder(const char *path)
{
	static char name[PATH_MAX + sizeof(folder)];
	snprintf(name, sizeof(name), "%s%s", folder, path);
	return name;
}

static void write_file(const struct golden_file *file)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s", file->path);
	for (char *end = strchr(path + 1, '/'); end; end = strchr(end + 1, '/')) {
		*end = '\0';
		mkdir(in_folder(path), 0700);
		*end = '/';
	}
	FILE *stream = fopen(in_folder(path), "we");
	assert_non_null(stream);
	assert_true(fputs(file->text, stream) >= 0);
	assert_int_equal(fclose(stream), 0);
}

/* Removes a file and the folders that it leaves empty. */
static void remove_file(const struct golden_file *file)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s", file->path);
	unlink(in_folder(path));
	for (char *end = strrchr(path, '/'); end != path; end = strrchr(path, '/')) {
		*end = '\0';
		rmdir(in_folder(path));
	}
}

static void check_machine(const struct golden *golden, golden_function *find)
{
	char text[TEXT_MAX] = "";
	for (const struct golden_file *file = golden->files; file->path; file++) {
		write_file(file);
	}
	bool found = find(folder, text, sizeof(text));
	for (const struct golden_file *file = golden->files; file->path; file++) {
		remove_file(file);
	}
	print_message("  %s\n", golden->fact ? golden->fact : "(nothing)");
	assert_int_equal(found, golden->fact != NULL);
	if (golden->fact) {
		assert_string_equal(text, golden->fact);
	}
}

void golden_check(const struct golden *goldens, size_t count, golden_function *find)
{
	for (size_t i = 0; i < count; i++) {
		check_machine(&goldens[i], find);
	}
}
