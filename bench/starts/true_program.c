/* See true_program.h. */
#include "true_program.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A path with a quote is passed over: it would have to be quoted for the shell. */
static bool is_usable(const char *path)
{
	struct stat status;
	return path[0] == '/' && !strchr(path, '\'') && stat(path, &status) == 0 &&
	       S_ISREG(status.st_mode) && access(path, X_OK) == 0;
}

int true_program_find(char path[PATH_MAX], struct error *error)
{
	const char *folders = getenv("PATH");
	folders = folders ? folders : "/bin:/usr/bin";
	for (const char *rest = folders; *rest;) {
		size_t length = strcspn(rest, ":");
		int needed = snprintf(path, PATH_MAX, "%.*s/true", (int)length, rest);
		if (needed < PATH_MAX && is_usable(path)) {
			return 0;
		}
		rest += length + (rest[length] == ':');
	}
	return error_set(error, -ENOENT,
		"found no program 'true' that may be executed in the folders of PATH, '%.200s'",
		folders);
}
