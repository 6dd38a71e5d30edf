/*
 * See outfile.h. Where the file system has O_TMPFILE, the temporary file has no name until it is
 * committed, so that a process that is killed leaves nothing behind. Elsewhere it has one from the
 * start, which only a signal that cannot be handled leaves behind (see signals.h).
 */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

/* --- the temporary file ---------------------------------------------------------------------- */

/* Returns the file descriptor, or a negative errno value. */
static int create_unnamed(const char *target)
{
	char folder[PATH_MAX];
	outpath_folder(target, folder);
	/* To be read, too: posix_fallocate() may have to. */
	int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0666);
	return fd < 0 ? -errno : fd;
}

static int create_named(const char *target, char temporary[PATH_MAX])
{
	if (snprintf(temporary, PATH_MAX, "%s.XXXXXX", target) >= PATH_MAX) {
		temporary[0] = '\0';
		return -ENAMETOOLONG;
	}
	int fd = mkostemp(temporary, O_CLOEXEC);
	if (fd < 0) {
		int code = -errno;
		temporary[0] = '\0';
		return code;
	}
	/* mkostemp() lets only the owner read it; a result gets the mode of any new file. */
	mode_t mask = umask(0);
	umask(mask);
	fchmod(fd, 0666 & ~mask);
	return fd;
}

static bool lacks_unnamed_files(int code)
{
	/* EISDIR and EINVAL come from kernels and file systems that do not know the flag. */
	return code == -EOPNOTSUPP || code == -EISDIR || code == -EINVAL;
}

/* outpath_resolve() has left room for it. */
static void write_random_suffix(char *text)
{
	static const char digits[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	uint64_t number = 0;
	getentropy(&number, sizeof(number));
	*text++ = '.';
	for (int i = 0; i < 6; i++) {
		*text++ = digits[number % (sizeof(digits) - 1)];
		number /= sizeof(digits) - 1;
	}
	*text = '\0';
}

/* Gives the temporary file a name if it has none. Returns 0 or a negative errno value. */
static int give_name(struct outfile *file)
{
	enum { TRIES = 100 };
	char unnamed[32];
	int code = 0;
	size_t length = strlen(file->path.target);
	if (file->temporary[0]) {
		return 0;
	}
	snprintf(unnamed, sizeof(unnamed), "/proc/self/fd/%d", file->fd);
	for (int i = 0; i < TRIES; i++) {
		memcpy(file->temporary, file->path.target, length);
		write_random_suffix(file->temporary + length);
		if (linkat(AT_FDCWD, unnamed, AT_FDCWD, file->temporary, AT_SYMLINK_FOLLOW) == 0) {
			return 0;
		}
		code = -errno;
		if (code != -EEXIST) {
			break;
		}
	}
	file->temporary[0] = '\0';
	return code;
}

int outfile_open(struct outfile *file, const char *path, struct error *error)
{
	file->temporary[0] = '\0';
	int result = outpath_resolve(&file->path, path, error);
	result = result ? result : outpath_check(&file->path, "", error);
	result = result ? result : outpath_check(&file->path, OUTFILE_PARTIAL, error);
	if (result) {
		return result;
	}
	file->fd = create_unnamed(file->path.target);
	if (lacks_unnamed_files(file->fd)) {
		file->fd = create_named(file->path.target, file->temporary);
	}
	if (file->fd < 0) {
		char name[OUTPATH_TEXT_MAX];
		return error_system(error, file->fd,
			"cannot write %s (its folder has to exist and to be writable)",
			outpath_describe(&file->path, "", name));
	}
	return 0;
}

int outfile_reserve(struct outfile *file, size_t bytes, struct error *error)
{
	int code = posix_fallocate(file->fd, 0, (off_t)bytes);
	/* A file system that cannot reserve space may still have it. */
	if (code == 0 || code == EOPNOTSUPP || code == EINVAL) {
		return 0;
	}
	outfile_abandon(file);
	return error_system(error, -code, "cannot write '%s', which will need about %zu KiB",
		file->path.path, bytes / 1024);
}

void outfile_abandon(struct outfile *file)
{
	close(file->fd);
	if (file->temporary[0]) {
		unlink(file->temporary);
	}
}

/* --- committing ------------------------------------------------------------------------------ */

static int write_text(int fd, const char *text)
{
	size_t left = strlen(text);
	while (left > 0) {
		ssize_t written = write(fd, text, left);
		if (written < 0 && errno != EINTR) {
			return -errno;
		}
		if (written > 0) {
			text += written;
			left -= (size_t)written;
		}
	}
	return 0;
}

/* Releases what was reserved beyond the text, and waits until the text is on the disk. */
static int sync_text(int fd, const char *text)
{
	return ftruncate(fd, (off_t)strlen(text)) || fsync(fd) ? -errno : 0;
}

/*
 * Writes the text to a file in the system's folder for temporary files, the name of which goes to
 * `kept`. Returns 0 or a negative errno value.
 */
static int write_elsewhere(const char *target, const char *text, char kept[PATH_MAX])
{
	const char *slash = strrchr(target, '/');
	char base[PATH_MAX];
	snprintf(base, sizeof(base), P_tmpdir "/%.200s", slash ? slash + 1 : target);
	int fd = create_named(base, kept);
	if (fd < 0) {
		return fd;
	}
	int result = write_text(fd, text);
	if (close(fd) || result) {
		unlink(kept);
		kept[0] = '\0';
		return result ? result : -EIO;
	}
	return 0;
}

/*
 * After a failure: makes sure that the text is in a file, which `error` names. `written` says
 * whether the temporary file has all of it.
 */
static int keep_text(struct outfile *file, bool written, const char *text, const char *suffix,
	int code, struct error *error)
{
	enum { TAIL_BYTES = 250 };
	char kept[PATH_MAX];
	if (written && give_name(file) == 0) {
		close(file->fd);
		snprintf(kept, sizeof(kept), "%s", file->temporary);
	} else {
		outfile_abandon(file);
		if (write_elsewhere(file->path.target, text, kept)) {
			return error_system(
				error, code, "cannot write '%s%s'", file->path.target, suffix);
		}
	}
	/* The end of a path says more than its beginning, if there is no room for all of it. */
	size_t length = strlen(kept);
	const char *tail = length > TAIL_BYTES ? kept + length - TAIL_BYTES : kept;
	return error_set(error, code, "cannot write '%.100s%s': %s; the results are kept in %s%s",
		file->path.target, suffix, strerror(-code), tail > kept ? "..." : "", tail);
}

int outfile_commit(struct outfile *file, const char *text, const char *suffix, struct error *error)
{
	char path[PATH_MAX + sizeof(OUTFILE_PARTIAL)];
	snprintf(path, sizeof(path), "%s%s", file->path.target, suffix);
	int result = write_text(file->fd, text);
	bool written = !result;
	result = result ? result : sync_text(file->fd, text);
	result = result ? result : give_name(file);
	if (!result && rename(file->temporary, path)) {
		result = -errno;
	}
	if (result) {
		return keep_text(file, written, text, suffix, result, error);
	}
	close(file->fd);
	return 0;
}
