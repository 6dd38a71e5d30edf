/* See outfile.h. */
#include "outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int outfile_open(struct outfile *file, const char *path, struct error *error)
{
	struct stat status;
	file->path = path;
	if (stat(path, &status) == 0 && !S_ISREG(status.st_mode)) {
		return error_set(error, -EINVAL,
			"cannot write '%s': it is there, and not a plain file", path);
	}
	int length = snprintf(file->temporary, sizeof(file->temporary), "%s.XXXXXX", path);
	if (length >= (int)sizeof(file->temporary)) {
		return error_set(error, -ENAMETOOLONG,
			"cannot write '%.60s...': the name is too long", path);
	}
	file->fd = mkostemp(file->temporary, O_CLOEXEC);
	if (file->fd < 0) {
		return error_system(error, -errno,
			"cannot write '%s' (its folder has to exist and to be writable)", path);
	}
	/* mkstemp() lets nobody else read it; a result is as public as any new file. */
	mode_t mask = umask(0);
	umask(mask);
	fchmod(file->fd, 0666 & ~mask);
	return 0;
}

int outfile_reserve(struct outfile *file, size_t bytes, struct error *error)
{
	int code = posix_fallocate(file->fd, 0, (off_t)bytes);
	/* A file system that cannot reserve is no reason not to try. */
	if (code == 0 || code == EOPNOTSUPP || code == EINVAL) {
		return 0;
	}
	outfile_abandon(file);
	return error_system(error, -code, "cannot write '%s', which will need about %zu KiB",
		file->path, bytes / 1024);
}

static int write_all(int fd, const char *text)
{
	size_t length = strlen(text);
	size_t left = length;
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
	/* What was reserved and is not needed. */
	return ftruncate(fd, (off_t)length) || fsync(fd) ? -errno : 0;
}

int outfile_commit(struct outfile *file, const char *text, const char *suffix, struct error *error)
{
	char path[PATH_MAX];
	snprintf(path, sizeof(path), "%s%s", file->path, suffix);
	int result = write_all(file->fd, text);
	if (!result && rename(file->temporary, path)) {
		result = -errno;
	}
	if (result) {
		outfile_abandon(file);
		return error_system(error, result, "cannot write '%s'", path);
	}
	close(file->fd);
	return 0;
}

void outfile_abandon(struct outfile *file)
{
	close(file->fd);
	unlink(file->temporary);
}
