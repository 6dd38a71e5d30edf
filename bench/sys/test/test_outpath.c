/*
 * Where a result may go: links, what is not a plain file, and files that may not be replaced are
 * found by outfile_open(), before anything is written.
 */
#include "outfile.h"
#include "scratch.h"
#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static char name[PATH_MAX]; /* in the scratch folder */

static int set_up(void **unused)
{
	snprintf(name, sizeof(name), "%s/result.json", scratch_folder());
	return scratch_empty(unused);
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

static void test_folder_is_missing(void **unused)
{
	(void)unused;
	expect_refusal(scratch_path("nowhere/result.json"), -ENOENT,
		"nowhere/result.json' (its folder has to exist and to be writable): No such file");
	scratch_write(name, "a file");
	expect_refusal(scratch_path("result.json/result.json"), -ENOTDIR, "Not a directory");
	assert_int_equal(scratch_count(), 1);
}

static void test_is_not_a_plain_file(void **unused)
{
	(void)unused;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listening = socket(AF_UNIX, SOCK_STREAM, 0);
	snprintf(address.sun_path, sizeof(address.sun_path), "%s/socket", scratch_folder());
	assert_int_equal(bind(listening, (struct sockaddr *)&address, sizeof(address)), 0);
	close(listening);
	assert_int_equal(mkfifo(name, 0600), 0);
	expect_refusal(name, -EINVAL, "result.json': it is a FIFO, not a plain file");
	expect_refusal(address.sun_path, -EINVAL, "it is a socket, not a plain file");
	expect_refusal(scratch_folder(), -EINVAL, "it is a folder, not a plain file");
	expect_refusal(".", -EINVAL, "cannot write '.': it is a folder, not a plain file");
	expect_refusal("/dev/null", -EINVAL,
		"cannot write '/dev/null': it is a character device, not a plain file");
	expect_refusal("", -ENOENT, "cannot write '': the name is empty");
	expect_refusal(scratch_path("new/"), -ENOENT, "new/' (its folder has to exist");
	assert_int_equal(scratch_count(), 2);
}

/* Wherever they lead: to a pipe, a terminal, or a plain file that something else writes. */
static void test_is_an_open_file(void **unused)
{
	(void)unused;
	static const char text[] = "it is an open file of a process, not a plain file";
	char path[64];
	int fd = openat(AT_FDCWD, scratch_path("log"), O_CREAT | O_WRONLY, 0600);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	expect_refusal(path, -EINVAL, text);
	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	expect_refusal(path, -EINVAL, text);
	expect_refusal("/dev/stdout", -EINVAL, text);
	assert_int_equal(symlink("/dev/stdout", name), 0);
	expect_refusal(name, -EINVAL, text);
	close(fd);
	assert_int_equal(scratch_count(), 2);
}

/* --- links ----------------------------------------------------------------------------------- */

static bool is_link(const char *path)
{
	struct stat status;
	return lstat(path, &status) == 0 && S_ISLNK(status.st_mode);
}

static void check_link(const char *target, const char *suffix)
{
	struct outfile file;
	struct error error = { "" };
	open_file(&file, name);
	assert_int_equal(outfile_commit(&file, "new", suffix, &error), 0);
	assert_true(is_link(name));
	scratch_expect(scratch_path(target), "new");
}

static void test_link_is_followed(void **unused)
{
	(void)unused;
	assert_int_equal(mkdir(scratch_path("folder"), 0700), 0);
	scratch_write(scratch_path("target"), "old");
	/* A relative one, over a second one, which is absolute. */
	char other[PATH_MAX];
	snprintf(other, sizeof(other), "%s/folder/other", scratch_folder());
	assert_int_equal(symlink("folder/other", name), 0);
	assert_int_equal(symlink(scratch_path("target"), other), 0);
	check_link("target", "");
	assert_true(is_link(other));
	check_link("target.partial", OUTFILE_PARTIAL);
	unlink(other);
	assert_int_equal(scratch_count(), 4);
}

static void test_link_to_nothing_creates_it(void **unused)
{
	(void)unused;
	assert_int_equal(symlink("new", name), 0);
	check_link("new", "");
	assert_int_equal(scratch_count(), 2);
}

/* The error calls it by the link's own text where that is enough. */
static void test_link_in_the_current_folder(void **unused)
{
	(void)unused;
	int before = open(".", O_RDONLY | O_DIRECTORY);
	assert_int_equal(chdir(scratch_folder()), 0);
	assert_int_equal(symlink("nowhere/new", "result.json"), 0);
	expect_refusal("result.json", -ENOENT, "'result.json', a link to 'nowhere/new' (its");
	assert_int_equal(fchdir(before), 0);
	close(before);
}

static void test_link_that_leads_nowhere(void **unused)
{
	(void)unused;
	assert_int_equal(symlink("nowhere/new", name), 0);
	expect_refusal(name, -ENOENT, "result.json', a link to '");
	expect_refusal(name, -ENOENT, "/nowhere/new' (its folder has to exist and to be writable)");
	unlink(name);
	assert_int_equal(symlink("result.json", name), 0);
	expect_refusal(name, -ELOOP, "Too many levels of symbolic links");
	unlink(name);
	assert_int_equal(symlink(scratch_folder(), name), 0);
	expect_refusal(name, -EINVAL, "it is a folder, not a plain file");
	unlink(name);
	assert_int_equal(symlink("/dev/null", name), 0);
	expect_refusal(name, -EINVAL, "'/dev/null': it is a character device");
	assert_true(is_link(name));
	assert_int_equal(scratch_count(), 1);
}

/* --- files that may not be replaced ---------------------------------------------------------- */

static void test_read_only(void **unused)
{
	(void)unused;
	scratch_write(name, "precious");
	assert_int_equal(chmod(name, 0444), 0);
	expect_refusal(name, -EACCES, "result.json': it is read-only");
	scratch_expect(name, "precious");
	/* Where an interrupted run would go. */
	unlink(name);
	scratch_write(scratch_path("result.json.partial"), "precious");
	assert_int_equal(chmod(scratch_path("result.json.partial"), 0444), 0);
	expect_refusal(name, -EACCES, "result.json.partial': it is read-only");
	unlink(scratch_path("result.json.partial"));
	assert_int_equal(mkdir(scratch_path("result.json.partial"), 0700), 0);
	expect_refusal(name, -EINVAL, "result.json.partial': it is a folder, not a plain file");
	assert_int_equal(scratch_count(), 1);
}

/* Sets or clears a flag of chattr(1); skips the test where the file system has none. */
static void set_flag(const char *path, int flag, bool set)
{
	int flags;
	int fd = openat(AT_FDCWD, path, O_RDONLY);
	bool ok = ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0;
	flags = set ? flags | flag : flags & ~flag;
	ok = ok && ioctl(fd, FS_IOC_SETFLAGS, &flags) == 0;
	close(fd);
	if (!ok) {
		print_message("  needs root, and a /tmp with the flags of chattr\n");
		skip();
	}
}

static void check_flag(const char *path, int flag, const char *text)
{
	struct outfile file;
	struct error error = { "" };
	set_flag(path, flag, true);
	int result = outfile_open(&file, name, &error);
	set_flag(path, flag, false);
	assert_int_equal(result, -EPERM);
	assert_non_null(strstr(error.text, text));
	assert_non_null(strstr(error.text, "cannot write '"));
}

static void test_immutable(void **unused)
{
	(void)unused;
	scratch_write(name, "old");
	check_flag(name, FS_IMMUTABLE_FL, "result.json': Operation not permitted");
	check_flag(name, FS_APPEND_FL, "it cannot be replaced (is it immutable, ");
	scratch_expect(name, "old");
	check_flag(scratch_folder(), FS_APPEND_FL, "its folder, which is append-only");
	unlink(name);
	check_flag(scratch_folder(), FS_APPEND_FL, "its folder, which is append-only");
	check_flag(scratch_folder(), FS_IMMUTABLE_FL, "to be writable): Operation not permitted");
	assert_int_equal(scratch_count(), 0);
}

static void need_root(void)
{
	if (geteuid() != 0) {
		print_message("  needs root\n");
		skip();
	}
}

/* The exit status of a process of another user: 0 if it was refused the file with this error. */
static int refused_to_nobody(int code, const char *text)
{
	enum { NOBODY = 65534 };
	int status;
	pid_t child = fork();
	if (child == 0) {
		struct outfile file;
		struct error error = { "" };
		bool ok = setresuid(NOBODY, NOBODY, NOBODY) == 0 &&
			  outfile_open(&file, name, &error) == code && strstr(error.text, text);
		_exit(ok ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return status;
}

/* As in /tmp: root's file, which anybody may write to, but not rename or remove. */
static void test_sticky_folder(void **unused)
{
	(void)unused;
	need_root();
	scratch_write(name, "old");
	assert_int_equal(chmod(name, 0666), 0);
	assert_int_equal(chmod(scratch_folder(), 01777), 0);
	int status =
		refused_to_nobody(-EPERM, "another user's in a sticky folder?): Operation not");
	assert_int_equal(chmod(scratch_folder(), 0700), 0);
	assert_int_equal(status, 0);
	scratch_expect(name, "old");
	assert_int_equal(scratch_count(), 1);
}

static void test_another_users_file(void **unused)
{
	(void)unused;
	need_root();
	scratch_write(name, "old");
	assert_int_equal(chmod(name, 0644), 0);
	assert_int_equal(chmod(scratch_folder(), 0777), 0);
	int status = refused_to_nobody(-EACCES, "result.json': Permission denied");
	assert_int_equal(chmod(scratch_folder(), 0700), 0);
	assert_int_equal(status, 0);
}

/* A file that is mounted, as containers have them. */
static void test_mount_point(void **unused)
{
	(void)unused;
	int status;
	scratch_write(name, "old");
	pid_t child = fork();
	if (child == 0) {
		struct outfile file;
		struct error error = { "" };
		if (unshare(CLONE_NEWNS) ||
			syscall(SYS_mount, NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
			syscall(SYS_mount, name, name, NULL, MS_BIND, NULL)) {
			_exit(2);
		}
		bool ok = outfile_open(&file, name, &error) == -EBUSY &&
			  strstr(error.text, "it is a mount point, which cannot be replaced");
		_exit(ok ? 0 : 1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	if (WEXITSTATUS(status) == 2) {
		print_message("  needs the right to mount\n");
		skip();
	}
	assert_int_equal(status, 0);
}

static void test_name_is_too_long(void **unused)
{
	(void)unused;
	static char path[PATH_MAX + 1];
	memset(path, 'x', PATH_MAX);
	expect_refusal(path, -ENAMETOOLONG, "xxx...': the name is too long");
	/* Room is needed for what is appended to it. */
	path[NAME_MAX - 4] = '\0';
	expect_refusal(path, -ENAMETOOLONG, "xxx...': the name is too long");
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_folder_is_missing),
		TEST(test_is_not_a_plain_file),
		TEST(test_is_an_open_file),
		TEST(test_link_is_followed),
		TEST(test_link_to_nothing_creates_it),
		TEST(test_link_in_the_current_folder),
		TEST(test_link_that_leads_nowhere),
		TEST(test_read_only),
		TEST(test_immutable),
		TEST(test_sticky_folder),
		TEST(test_another_users_file),
		TEST(test_mount_point),
		TEST(test_name_is_too_long),
	};
	return cmocka_run_group_tests(tests, scratch_create, scratch_remove);
}
