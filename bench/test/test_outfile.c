/*
 * Result files: whole or not there, whatever happens between opening and committing; and nothing
 * else stays in the folder.
 */
#include "outfile.h"
#include "test.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { TEXT_MAX = 4096 };

static char folder[] = "/tmp/test-outfile.XXXXXX";
static char name[PATH_MAX]; /* in the folder */

/* --- the folder ------------------------------------------------------------------------------ */

static const char *in_folder(const char *file)
{
	static char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s/%s", folder, file);
	return path;
}

static int make_folder(void **unused)
{
	(void)unused;
	return mkdtemp(folder) == NULL;
}

static int empty_folder(void **unused)
{
	(void)unused;
	DIR *files = opendir(folder);
	for (struct dirent *file; files && (file = readdir(files));) {
		const char *path = in_folder(file->d_name);
		if (file->d_name[0] != '.' && unlink(path)) {
			rmdir(path);
		}
	}
	snprintf(name, sizeof(name), "%s/result.json", folder);
	return !files || closedir(files);
}

static int remove_folder(void **unused)
{
	return empty_folder(unused) || rmdir(folder);
}

static int count_files(void)
{
	int count = 0;
	DIR *files = opendir(folder);
	assert_non_null(files);
	while (readdir(files)) {
		count++;
	}
	closedir(files);
	return count - 2; /* without itself and the one above it */
}

static void write_text(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void expect_text(const char *path, const char *expected)
{
	char text[TEXT_MAX] = "";
	FILE *file = fopen(path, "r");
	assert_non_null(file);
	assert_true(fread(text, 1, sizeof(text) - 1, file) < sizeof(text) - 1);
	fclose(file);
	assert_string_equal(text, expected);
}

static bool is_there(const char *path)
{
	return access(path, F_OK) == 0;
}

static void open_file(struct outfile *file, const char *path)
{
	struct error error = { "" };
	if (outfile_open(file, path, &error)) {
		fail_msg("%s", error.text);
	}
}

static void expect_refusal(const char *path, int code, const char *text)
{
	struct outfile file;
	struct error error = { "" };
	assert_int_equal(outfile_open(&file, path, &error), code);
	if (!strstr(error.text, text)) {
		fail_msg("\"%s\" is not in: %s", text, error.text);
	}
}

/* --- what goes well -------------------------------------------------------------------------- */

static void test_not_there_until_committed(void **unused)
{
	(void)unused;
	struct outfile file;
	struct error error;
	open_file(&file, name);
	assert_false(is_there(name));
	assert_int_equal(count_files(), 1);
	assert_int_equal(outfile_commit(&file, "{ whole }\n", "", &error), 0);
	expect_text(name, "{ whole }\n");
	assert_int_equal(count_files(), 1);
}

static void test_replaces_the_old_one(void **unused)
{
	(void)unused;
	struct outfile file;
	struct error error;
	write_text(name, "the old one, which is longer");
	open_file(&file, name);
	expect_text(name, "the old one, which is longer");
	assert_int_equal(outfile_commit(&file, "the new one", "", &error), 0);
	expect_text(name, "the new one");
	assert_int_equal(count_files(), 1);
}

static void test_suffix_spares_the_old_one(void **unused)
{
	(void)unused;
	struct outfile file;
	struct error error;
	write_text(name, "whole");
	open_file(&file, name);
	assert_int_equal(outfile_commit(&file, "a part", ".partial", &error), 0);
	expect_text(name, "whole");
	expect_text(in_folder("result.json.partial"), "a part");
	assert_int_equal(count_files(), 2);
}

static void test_abandoned(void **unused)
{
	(void)unused;
	struct outfile file;
	write_text(name, "old");
	open_file(&file, name);
	outfile_abandon(&file);
	expect_text(name, "old");
	assert_int_equal(count_files(), 1);
}

static void test_two_at_once(void **unused)
{
	(void)unused;
	struct outfile one;
	struct outfile other;
	struct error error;
	open_file(&one, name);
	open_file(&other, name);
	assert_int_equal(outfile_commit(&one, "one", "", &error), 0);
	assert_int_equal(outfile_commit(&other, "the other", "", &error), 0);
	expect_text(name, "the other");
	assert_int_equal(count_files(), 1);
}

static void test_relative_path(void **unused)
{
	(void)unused;
	struct outfile file;
	struct error error;
	int before = open(".", O_RDONLY | O_DIRECTORY);
	assert_int_equal(chdir(folder), 0);
	open_file(&file, "result.json");
	int result = outfile_commit(&file, "here", "", &error);
	assert_int_equal(fchdir(before), 0);
	close(before);
	assert_int_equal(result, 0);
	expect_text(name, "here");
	assert_int_equal(count_files(), 1);
}

static void expect_mode(mode_t mask, mode_t mode)
{
	struct outfile file;
	struct error error;
	struct stat status;
	mode_t before = umask(mask);
	open_file(&file, name);
	mode_t after = umask(before);
	assert_int_equal(after, mask);
	assert_int_equal(outfile_commit(&file, "text", "", &error), 0);
	assert_int_equal(stat(name, &status), 0);
	assert_int_equal(status.st_mode & 07777, mode);
}

static void test_is_as_public_as_any_new_file(void **unused)
{
	(void)unused;
	expect_mode(022, 0644);
	expect_mode(077, 0600);
	expect_mode(002, 0664);
}

/* --- what does not --------------------------------------------------------------------------- */

static void test_folder_is_missing(void **unused)
{
	(void)unused;
	expect_refusal(in_folder("nowhere/result.json"), -ENOENT,
		"nowhere/result.json' (its folder has to exist and to be writable): No such file");
	write_text(name, "a file");
	expect_refusal(in_folder("result.json/result.json"), -ENOTDIR, "Not a directory");
	assert_int_equal(count_files(), 1);
}

static void test_is_not_a_plain_file(void **unused)
{
	(void)unused;
	assert_int_equal(mkfifo(name, 0600), 0);
	expect_refusal(name, -EINVAL, "it is there, and not a plain file");
	expect_refusal(folder, -EINVAL, "it is there, and not a plain file");
	expect_refusal("/dev/null", -EINVAL, "cannot write '/dev/null'");
	assert_int_equal(count_files(), 1);
}

static void test_name_is_too_long(void **unused)
{
	(void)unused;
	static char path[PATH_MAX + 1];
	memset(path, 'x', PATH_MAX);
	expect_refusal(path, -ENAMETOOLONG, "xxx...': the name is too long");
}

/* Which is what a full disk comes to, too. */
static void test_cannot_be_written(void **unused)
{
	(void)unused;
	static char text[TEXT_MAX];
	struct outfile file;
	struct error error = { "" };
	struct rlimit before;
	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	struct rlimit small = { 100, before.rlim_max };
	write_text(name, "old");
	open_file(&file, name);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int result = outfile_commit(&file, text, "", &error);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(result, -EFBIG);
	assert_non_null(strstr(error.text, "result.json': File too large"));
	expect_text(name, "old");
	assert_int_equal(count_files(), 1);
}

static void test_cannot_be_renamed(void **unused)
{
	(void)unused;
	struct outfile file;
	struct error error = { "" };
	open_file(&file, name);
	assert_int_equal(mkdir(name, 0700), 0);
	assert_int_equal(outfile_commit(&file, "text", "", &error), -EISDIR);
	assert_non_null(strstr(error.text, "result.json': Is a directory"));
	assert_int_equal(count_files(), 1);
}

/* No file stays open, whichever way it ended. */
static void test_closes_its_file(void **unused)
{
	(void)unused;
	struct outfile file;
	struct error error;
	int before = dup(STDERR_FILENO);
	close(before);
	open_file(&file, name);
	outfile_commit(&file, "text", "", &error);
	open_file(&file, name);
	outfile_abandon(&file);
	open_file(&file, name);
	outfile_commit(&file, "text", "/no/such/folder", &error);
	int after = dup(STDERR_FILENO);
	close(after);
	assert_int_equal(after, before);
}

#define TEST(name) cmocka_unit_test_setup(name, empty_folder)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_not_there_until_committed),
		TEST(test_replaces_the_old_one),
		TEST(test_suffix_spares_the_old_one),
		TEST(test_abandoned),
		TEST(test_two_at_once),
		TEST(test_relative_path),
		TEST(test_is_as_public_as_any_new_file),
		TEST(test_folder_is_missing),
		TEST(test_is_not_a_plain_file),
		TEST(test_name_is_too_long),
		TEST(test_cannot_be_written),
		TEST(test_cannot_be_renamed),
		TEST(test_closes_its_file),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
