/* See sysfile.h. */
#include "sysfile.h"

#include <limits.h>
#include <string.h>

FILE *sysfile_open(const char *root, const char *path)
{
	char name[PATH_MAX];
	bool fits = (size_t)snprintf(name, sizeof(name), "%s%s", root, path) < sizeof(name);
	return fits ? fopen(name, "re") : NULL;
}

bool sysfile_exists(const char *root, const char *path)
{
	FILE *file = sysfile_open(root, path);
	if (file) {
		fclose(file);
	}
	return file != NULL;
}

bool sysfile_read_line(const char *root, const char *path, char *text, size_t size)
{
	FILE *file = sysfile_open(root, path);
	bool found = file && fgets(text, (int)size, file);
	if (found) {
		text[strcspn(text, "\n")] = '\0';
	}
	if (file) {
		fclose(file);
	}
	return found;
}

bool sysfile_begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}
