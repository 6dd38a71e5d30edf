/*
 * Result files: whole or not there, whatever happens between opening and committing; results are
 * not lost, and nothing else stays in the folder. Each test runs on a file system with files that
 * have no name (O_TMPFILE), and again as if there were none.
 */
#include "outfile.h"
#include "scratch.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEXT_MAX = 4096 };

static char name[PATH_MAX]; /* in the scratch folder */

/* --- system calls that fail ------------------------------------------------------------------ */

static bool refuse_unnamed;  /* open() with O_TMPFILE */
static bool refuse_link;     /* linkat() */
static int writes_to_refuse; /* write(), so often */
static bool refuse_sync;     /* fsync() */
static bool refuse_rename;   /* rename() */

/* These stand in for the library's. */
int open(const char *path, int flags, ...)
{
	va_list args;
	va_start(args, flags);
	mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(args, mode_t) : 0;
	va_end(args);
	if (refuse_unnamed && (flags & O_TMPFILE) == O_TMPFILE) {
		errno = EOPNOTSUPP;
		return -1;
	}
	return openat(AT_FDCWD, path, flags, mode);
}

int linkat(int from, const char *old, int to, const char *new, int flags)
{
	if (refuse_link) {
		errno = ENOENT;
		return -1;
	}
	return (int)syscall(SYS_linkat, from, old, to, new, flags);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
	if (fd > STDERR_FILENO && writes_to_refuse > 0) {
		writes_to_refuse--;
		errno = ENOSPC;
		return -1;
	}
	return syscall(SYS_write, fd, bytes, size);
}

int fsync(int fd)
{
	if (refuse_sync) {
		errno = EIO;
		return -1;
	}
	return (int)syscall(SYS_fsync, fd);
}

int rename(const char *old, const char *new)
{
	if (refuse_rename) {
		errno = EPERM;
		return -1;
	}
	return (int)syscall(SYS_renameat2, AT_FDCWD, old, AT_FDCWD, new, 0);
}

static int set_up(void **unused)
{
	snprintf(name, sizeof(name), "%s/result.json", scratch_folder());
	refuse_link = refuse_sync = refuse_rename = false;
	writes_to_refuse = 0;
	return scratch_empty(unused);
}

/* How many names the temporary file has. */
static int temporary_files(void)
{
	return refuse_unnamed ? 1 : 0;
}

static void open_file(struct outfile *file, const char *path)
{
	struct error error = { "" };
	if (outfile_open(file, path, &error)) {
		fail_msg("%s", error.text);
	}
}

/* Commits, which fails, and checks the error up to where the text is kept. Returns that name. */
static char *fail_to_commit(struct outfile *file, int code, const char *reason)
{
	static struct error error;
	static const char kept[] = "; the results are kept in ";
	assert_int_equal(outfile_commit(file, "text", "", &error), code);
	char *found = strstr(error.text, kept);
	if (!strstr(error.text, reason) || !found) {
		fail_msg("%s", error.text);
		return NULL;
	}
	found += strlen(kept);
	scratch_expect(found, "text");
	return found;
}

/* --- what goes well -------------------------------------------------------------------------- */

static void test_not_there_until_committed(void **unused)
{
	(void)unused;
	struct outfile file;
	struct error error;
	open_file(&file, name);
	assert_false(scratch_has(name));
	assert_int_equal(scratch_count(), temporary_files());
	assert_int_equal(outfile_commit(&file, "{ whole }\n", "", &error), 0);
	scratch_expect(name, "{ whole }\n");
	assert_int_equal(scratch_count(), 1);
}

static void test_replaces_the_old_one(void **unused)
{
	(void)unused;
	struct outfile file;
	struct error error;
	scratch_write(name, "the old one, which is longer");
	open_file(&file, name);
	scratch_expect(name, "the old one, which is longer");
	assert_int_equal(outfile_commit(&file, "the new one", "", &error), 0);
	scratch_expect(name, "the new one");
	assert_int_equal(scratch_count(), 1);
}

static void test_suffix_spares_the_old_one(void **unused)
{
	(void)unused;
	struct outfile file;
	struct error error;
	scratch_write(name, "whole");
	open_file(&file, name);
	assert_int_equal(outfile_commit(&file, "a part", ".partial", &error), 0);
	scratch_expect(name, "whole");
	scratch_expect(scratch_path("result.json.partial"), "a part");
	assert_int_equal(scratch_count(), 2);
}

static void test_abandoned(void **unused)
{
	(void)unused;
	struct outfile file;
	scratch_write(name, "old");
	open_file(&file, name);
	outfile_abandon(&file);
	scratch_expect(name, "old");
	assert_int_equal(scratch_count(), 1);
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
	scratch_expect(name, "the other");
	assert_int_equal(scratch_count(), 1);
}

static void test_relative_path(void **unused)
{
	(void)unused;
	struct outfile file;
	struct error error;
	int before = open(".", O_RDONLY | O_DIRECTORY);
	assert_int_equal(chdir(scratch_folder()), 0);
	open_file(&file, "result.json");
	int result = outfile_commit(&file, "here", "", &error);
	assert_int_equal(fchdir(before), 0);
	close(before);
	assert_int_equal(result, 0);
	scratch_expect(name, "here");
	assert_int_equal(scratch_count(), 1);
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

/* --- failures -------------------------------------------------------------------------------- */

/* Nor can it be written elsewhere. */
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
	scratch_write(name, "old");
	open_file(&file, name);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	int result = outfile_commit(&file, text, "", &error);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	signal(SIGXFSZ, SIG_DFL);
	assert_int_equal(result, -EFBIG);
	assert_non_null(strstr(error.text, "result.json': File too large"));
	scratch_expect(name, "old");
	assert_int_equal(scratch_count(), 1);
}

/* --- results are kept ------------------------------------------------------------------------ */

static void test_cannot_be_renamed(void **unused)
{
	(void)unused;
	struct outfile file;
	open_file(&file, name);
	assert_int_equal(mkdir(name, 0700), 0);
	const char *kept = fail_to_commit(&file, -EISDIR, "result.json': Is a directory");
	assert_int_equal(strncmp(kept, name, strlen(name)), 0);
	assert_int_equal(strlen(kept), strlen(name) + strlen(".XXXXXX"));
	assert_int_equal(scratch_count(), 2);
}

static void test_rename_is_refused(void **unused)
{
	(void)unused;
	struct outfile file;
	scratch_write(name, "old");
	open_file(&file, name);
	refuse_rename = true;
	fail_to_commit(&file, -EPERM, "result.json': Operation not permitted");
	scratch_expect(name, "old");
	assert_int_equal(scratch_count(), 2);
}

static void test_cannot_be_synced(void **unused)
{
	(void)unused;
	struct outfile file;
	scratch_write(name, "old");
	open_file(&file, name);
	refuse_sync = true;
	fail_to_commit(&file, -EIO, "result.json': Input/output error");
	scratch_expect(name, "old");
	assert_int_equal(scratch_count(), 2);
}

/* In the folder for temporary files, then. */
static void test_disk_is_full(void **unused)
{
	(void)unused;
	struct outfile file;
	scratch_write(name, "old");
	open_file(&file, name);
	writes_to_refuse = 1;
	char *kept = fail_to_commit(&file, -ENOSPC, "result.json': No space left on device");
	assert_int_equal(
		strncmp(kept, P_tmpdir "/result.json.", strlen(P_tmpdir "/result.json.")), 0);
	unlink(kept);
	scratch_expect(name, "old");
	assert_int_equal(scratch_count(), 1);
}

static void test_cannot_be_linked(void **unused)
{
	(void)unused;
	struct outfile file;
	struct error error = { "" };
	open_file(&file, name);
	refuse_link = true;
	if (refuse_unnamed) {
		assert_int_equal(outfile_commit(&file, "text", "", &error), 0);
		return;
	}
	unlink(fail_to_commit(&file, -ENOENT, "result.json': No such file"));
	assert_int_equal(scratch_count(), 0);
}

/* A process that is killed leaves no file without a name. */
static void test_killed(void **unused)
{
	(void)unused;
	int status;
	pid_t child = fork();
	if (child == 0) {
		struct outfile file;
		struct error error;
		if (outfile_open(&file, name, &error) == 0) {
			raise(SIGKILL);
		}
		_exit(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(scratch_count(), temporary_files());
}

/* No descriptor stays open. */
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
	writes_to_refuse = 2;
	open_file(&file, name);
	outfile_commit(&file, "text", "", &error);
	int after = dup(STDERR_FILENO);
	close(after);
	assert_int_equal(after, before);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

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
		TEST(test_cannot_be_written),
		TEST(test_cannot_be_renamed),
		TEST(test_rename_is_refused),
		TEST(test_cannot_be_synced),
		TEST(test_disk_is_full),
		TEST(test_cannot_be_linked),
		TEST(test_killed),
		TEST(test_closes_its_file),
	};
	int failed = cmocka_run_group_tests_name("unnamed", tests, scratch_create, scratch_remove);
	refuse_unnamed = true;
	return failed + cmocka_run_group_tests_name("named", tests, scratch_create, scratch_remove);
}
