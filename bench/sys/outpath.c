/* See outpath.h. */
#include "outpath.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* As many as the kernel follows. */
enum { LINKS_MAX = 40 };

/* What may be appended to a name: ".partial", or ".XXXXXX" of a temporary file. */
enum { SUFFIX_MAX = 8 };

const char *outpath_describe(
	const struct outpath *outpath, const char *suffix, char text[OUTPATH_TEXT_MAX])
{
	if (strcmp(outpath->path, outpath->target) == 0) {
		snprintf(text, OUTPATH_TEXT_MAX, "'%.300s%.40s'", outpath->path, suffix);
	} else {
		snprintf(text, OUTPATH_TEXT_MAX, "'%.140s', a link to '%.140s%.40s'", outpath->path,
			outpath->target, suffix);
	}
	return text;
}

__attribute__((format(printf, 5, 6))) static int refuse(const struct outpath *outpath,
	const char *suffix, int code, struct error *error, const char *format, ...)
{
	char name[OUTPATH_TEXT_MAX];
	char reason[128];
	va_list args;
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), format, args);
	va_end(args);
	return error_set(error, code, "cannot write %s: %s",
		outpath_describe(outpath, suffix, name), reason);
}

void outpath_folder(const char *path, char folder[PATH_MAX])
{
	const char *slash = strrchr(path, '/');
	if (!slash) {
		snprintf(folder, PATH_MAX, ".");
	} else if (slash == path) {
		snprintf(folder, PATH_MAX, "/");
	} else {
		snprintf(folder, PATH_MAX, "%.*s", (int)(slash - path), path);
	}
}

/* --- links ----------------------------------------------------------------------------------- */

/* Whether the links of a folder stand for open files, whatever text they hold. */
static bool is_procfs(const char *folder)
{
	struct statfs status;
	return statfs(folder, &status) == 0 && status.f_type == PROC_SUPER_MAGIC;
}

/* Replaces the target, a link, with what it points to. Returns 0 or a negative errno value. */
static int follow(char target[PATH_MAX])
{
	char text[PATH_MAX];
	char folder[PATH_MAX];
	ssize_t length = readlink(target, text, sizeof(text));
	if (length < 0) {
		return -errno;
	}
	if (length == sizeof(text)) {
		return -ENAMETOOLONG;
	}
	text[length] = '\0';
	bool alone = text[0] == '/' || !strchr(target, '/');
	outpath_folder(target, folder);
	int needed = alone ? snprintf(target, PATH_MAX, "%s", text)
			   : snprintf(target, PATH_MAX, "%s/%s", folder, text);
	return needed >= PATH_MAX ? -ENAMETOOLONG : 0;
}

static int follow_links(struct outpath *outpath, struct error *error)
{
	struct stat status;
	char folder[PATH_MAX];
	char name[OUTPATH_TEXT_MAX];
	for (int i = 0; i < LINKS_MAX; i++) {
		if (lstat(outpath->target, &status) || !S_ISLNK(status.st_mode)) {
			return 0;
		}
		outpath_folder(outpath->target, folder);
		if (is_procfs(folder)) {
			return refuse(outpath, "", -EINVAL, error,
				"it is an open file of a process, not a plain file");
		}
		int result = follow(outpath->target);
		if (result) {
			return error_system(error, result, "cannot write %s",
				outpath_describe(outpath, "", name));
		}
	}
	return error_system(error, -ELOOP, "cannot write '%.300s'", outpath->path);
}

/* Leaves room for a suffix, so that the file can still be renamed in the end. */
static int check_length(const struct outpath *outpath, struct error *error)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(outpath->target, '/');
	const char *name = slash ? slash + 1 : outpath->target;
	outpath_folder(outpath->target, folder);
	long longest = pathconf(folder, _PC_NAME_MAX);
	if ((longest > 0 && strlen(name) + SUFFIX_MAX > (size_t)longest) ||
		strlen(outpath->target) + SUFFIX_MAX >= PATH_MAX) {
		return error_set(error, -ENAMETOOLONG,
			"cannot write '%.60s...': the name is too long", outpath->path);
	}
	return 0;
}

int outpath_resolve(struct outpath *outpath, const char *path, struct error *error)
{
	outpath->path = path;
	if (snprintf(outpath->target, PATH_MAX, "%s", path) >= PATH_MAX) {
		return error_set(error, -ENAMETOOLONG,
			"cannot write '%.60s...': the name is too long", path);
	}
	if (!path[0]) {
		return error_set(error, -ENOENT, "cannot write '': the name is empty");
	}
	int result = follow_links(outpath, error);
	return result ? result : check_length(outpath, error);
}

/* --- checks ---------------------------------------------------------------------------------- */

static const char *kind_of(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "a folder";
	case S_IFCHR:
		return "a character device";
	case S_IFBLK:
		return "a block device";
	case S_IFIFO:
		return "a FIFO";
	case S_IFSOCK:
		return "a socket";
	case S_IFLNK:
		return "a symbolic link";
	default:
		return "of an unknown type";
	}
}

/* Whether the file or folder has an attribute of statx(2), as far as the system says. */
static bool has_attribute(const char *path, uint64_t attribute)
{
	struct statx status;
	return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, 0, &status) == 0 &&
	       status.stx_attributes & attribute;
}

/*
 * Whether rename() may remove the file's name. The kernel answers by its own rules: rmdir() checks
 * the permission first (sticky folder, immutable or append-only file, swap file, read-only mount,
 * ...), and then fails with ENOTDIR, since this is a plain file.
 */
static int try_removal(const char *path)
{
	return rmdir(path) && errno != ENOTDIR ? -errno : 0;
}

static int check_file(const struct outpath *outpath, const char *suffix, const char *path,
	mode_t mode, struct error *error)
{
	char name[OUTPATH_TEXT_MAX];
	if (!S_ISREG(mode)) {
		return refuse(outpath, suffix, -EINVAL, error, "it is %s, not a plain file",
			kind_of(mode));
	}
	/* Even for root, who may write to it: whoever made it read-only wants to keep it. */
	if (!(mode & 0222)) {
		return refuse(outpath, suffix, -EACCES, error, "it is read-only");
	}
	if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS)) {
		return error_system(
			error, -errno, "cannot write %s", outpath_describe(outpath, suffix, name));
	}
	if (has_attribute(path, STATX_ATTR_MOUNT_ROOT)) {
		return refuse(outpath, suffix, -EBUSY, error,
			"it is a mount point, which cannot be replaced");
	}
	int result = try_removal(path);
	return result ? error_system(error, result,
				"cannot write %s: it cannot be replaced (is it immutable, or "
				"another user's in a sticky folder?)",
				outpath_describe(outpath, suffix, name))
		      : 0;
}

int outpath_check(const struct outpath *outpath, const char *suffix, struct error *error)
{
	char path[PATH_MAX + SUFFIX_MAX];
	char folder[PATH_MAX];
	char name[OUTPATH_TEXT_MAX];
	struct stat status;
	snprintf(path, sizeof(path), "%s%s", outpath->target, suffix);
	outpath_folder(path, folder);
	if (has_attribute(folder, STATX_ATTR_APPEND)) {
		return refuse(outpath, suffix, -EPERM, error,
			"no file can be renamed in its folder, which is append-only");
	}
	if (lstat(path, &status) == 0) {
		return check_file(outpath, suffix, path, status.st_mode, error);
	}
	if (errno == ENOENT && path[strlen(path) - 1] != '/') {
		return 0;
	}
	return error_system(error, -errno,
		"cannot write %s (its folder has to exist and to be writable)",
		outpath_describe(outpath, suffix, name));
}
