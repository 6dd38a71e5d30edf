/*
 * See available.h. A control group may use its limit; what it uses now includes pages of files, of
 * which the system takes back the inactive ones first. Each group limits those below it, so the
 * process's own group and all above count.
 */
#include "available.h"

#include "sysfile.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A hierarchy of control groups that may limit memory: version 2, and version 1. */
static const struct hierarchy {
	const char *group; /* precedes the group's path in a line of /proc/self/cgroup */
	const char *mount;
	const char *limit; /* files of a group */
	const char *used;
	const char *inactive; /* a field of its file memory.stat */
} hierarchies[] = {
	{ "::", "/sys/fs/cgroup", "/memory.max", "/memory.current", "inactive_file " },
	{ ":memory:", "/sys/fs/cgroup/memory", "/memory.limit_in_bytes", "/memory.usage_in_bytes",
		"total_inactive_file " },
};

/* The number behind `name` at the beginning of a line of a file; -1 if there is no such line. */
static int64_t read_field(const char *root, const char *path, const char *name)
{
	char line[256];
	int64_t number = -1;
	FILE *file = sysfile_open(root, path);
	while (file && number < 0 && fgets(line, sizeof(line), file)) {
		if (sysfile_begins(line, name)) {
			number = strtoll(line + strlen(name), NULL, 10);
		}
	}
	if (file) {
		fclose(file);
	}
	return number;
}

/* A number that is alone in a file; -1 if there is none, as in "max". */
static int64_t read_number(const char *folder, const char *file)
{
	char text[64];
	char *end;
	if (!sysfile_read_line(folder, file, text, sizeof(text))) {
		return -1;
	}
	int64_t number = strtoll(text, &end, 10);
	return end != text && !*end ? number : -1;
}

static int64_t smaller(int64_t left, int64_t right)
{
	return left < 0 || (right >= 0 && right < left) ? right : left;
}

/* What a group may still use; -1 if it has no limit. */
static int64_t left_in_group(const struct hierarchy *hierarchy, const char *group)
{
	int64_t limit = read_number(group, hierarchy->limit);
	int64_t used = read_number(group, hierarchy->used);
	int64_t inactive = read_field(group, "/memory.stat", hierarchy->inactive);
	if (limit < 0 || used < 0) {
		return -1;
	}
	int64_t left = limit - used + (inactive > 0 ? inactive : 0);
	return left > 0 ? left : 0;
}

/* The path of the process's group, in a line "NUMBER:CONTROLLER:PATH"; empty if it has none. */
static void find_group(
	const char *root, const struct hierarchy *hierarchy, char *group, size_t size)
{
	char line[PATH_MAX];
	FILE *file = sysfile_open(root, "/proc/self/cgroup");
	group[0] = '\0';
	while (file && !group[0] && fgets(line, sizeof(line), file)) {
		const char *rest = line + strspn(line, "0123456789");
		if (sysfile_begins(rest, hierarchy->group)) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(group, size, "%s", rest + strlen(hierarchy->group));
		}
	}
	if (file) {
		fclose(file);
	}
}

/* In a container the path may be that outside, and then only the root of the mount is there. */
static int64_t left_in_groups(const char *root, const struct hierarchy *hierarchy)
{
	char group[PATH_MAX];
	char folder[2 * PATH_MAX];
	find_group(root, hierarchy, group, sizeof(group));
	int start = snprintf(folder, sizeof(folder), "%s%s", root, hierarchy->mount);
	snprintf(folder + start, sizeof(folder) - (size_t)start, "%s", group);
	int64_t left = -1;
	for (char *end = strchr(folder, '\0'); end; end = strrchr(folder + start, '/')) {
		*end = '\0';
		left = smaller(left, left_in_group(hierarchy, folder));
	}
	return left;
}

int64_t available_bytes(const char *root)
{
	int64_t kilobytes = read_field(root, "/proc/meminfo", "MemAvailable:");
	int64_t bytes = kilobytes < 0 ? -1 : kilobytes * 1024;
	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(hierarchies[0]); i++) {
		bytes = smaller(bytes, left_in_groups(root, &hierarchies[i]));
	}
	return bytes;
}
