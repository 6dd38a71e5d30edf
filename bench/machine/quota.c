/* See quota.h. */
#include "quota.h"

#include "sysfile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* So much processor time in each period of real time. */
struct quota {
	long long quota_us; /* 0 if there is none */
	long long period_us;
};

/* A hierarchy of control groups that may limit processor time. */
struct hierarchy {
	const char *controller; /* in the group's line of /proc/self/cgroup */
	const char *mount;
	bool (*read)(const char *group, struct quota *quota);
	const char *throttled; /* precedes the time for which a group was, in its file cpu.stat */
	int unit_ns;
};

/* Called with the folder of a group. */
typedef void visit_group(const struct hierarchy *hierarchy, const char *group, void *context);

static bool read_version_2(const char *group, struct quota *quota)
{
	char text[64];
	return sysfile_read_line(group, "/cpu.max", text, sizeof(text)) &&
	       sscanf(text, "%lld %lld", &quota->quota_us, &quota->period_us) == 2;
}

static bool read_number(const char *group, const char *file, long long *number)
{
	char text[64];
	return sysfile_read_line(group, file, text, sizeof(text)) &&
	       sscanf(text, "%lld", number) == 1;
}

static bool read_version_1(const char *group, struct quota *quota)
{
	return read_number(group, "/cpu.cfs_quota_us", &quota->quota_us) &&
	       read_number(group, "/cpu.cfs_period_us", &quota->period_us);
}

static const struct hierarchy hierarchies[] = {
	{ "", "/sys/fs/cgroup", read_version_2, "throttled_usec ", 1000 },
	{ "cpu", "/sys/fs/cgroup/cpu", read_version_1, "throttled_time ", 1 },
	{ "cpu", "/sys/fs/cgroup/cpu,cpuacct", read_version_1, "throttled_time ", 1 },
};

enum { HIERARCHIES = sizeof(hierarchies) / sizeof(hierarchies[0]) };

/*
 * Whether a list of controllers, as in "cpu,cpuacct:", has a member. Version 2 has an empty list, of
 * which "" is the member.
 */
static bool has_member(const char *list, const char *member)
{
	size_t length = strcspn(list, ",:");
	while (length != strlen(member) || strncmp(list, member, length) != 0) {
		if (list[length] != ',') {
			return false;
		}
		list += length + 1;
		length = strcspn(list, ",:");
	}
	return true;
}

/* Finds the path of the process's group, in lines "NUMBER:CONTROLLERS:PATH". */
static bool find_group(const char *root, const char *controller, char *group, size_t size)
{
	char line[SYSFILE_LINE_MAX];
	bool found = false;
	FILE *file = sysfile_open(root, "/proc/self/cgroup");
	while (file && !found && fgets(line, sizeof(line), file)) {
		const char *list = strchr(line, ':');
		const char *path = list ? strchr(list + 1, ':') : NULL;
		found = path && has_member(list + 1, controller);
		if (found) {
			line[strcspn(line, "\n")] = '\0';
			snprintf(group, size, "%s", path + 1);
		}
	}
	if (file) {
		fclose(file);
	}
	return found;
}

/*
 * Visits the process's group and all groups above it, since each limits those below. In a container
 * the path may be that outside; then only the root of the mount exists, which is the container's own
 * group. Returns false if no hierarchy is mounted: systemd mounts a plain folder there to hold the
 * mounts of version 1.
 */
static bool walk_hierarchy(
	const char *root, const struct hierarchy *hierarchy, visit_group *visit, void *context)
{
	char group[SYSFILE_LINE_MAX];
	char folder[2 * SYSFILE_LINE_MAX];
	int mount = snprintf(folder, sizeof(folder), "%s%s", root, hierarchy->mount);
	if (!find_group(root, hierarchy->controller, group, sizeof(group)) ||
		!sysfile_exists(folder, "/cgroup.procs")) {
		return false;
	}
	bool is_root = strcmp(group, "/") == 0;
	snprintf(folder + mount, sizeof(folder) - (size_t)mount, "%s", is_root ? "" : group);
	for (char *end = strchr(folder, '\0'); end; end = strrchr(folder + mount, '/')) {
		*end = '\0';
		visit(hierarchy, folder, context);
	}
	return true;
}

/* --- the quota ------------------------------------------------------------------------------- */

static bool is_tighter(const struct quota *quota, const struct quota *than)
{
	if (quota->quota_us <= 0 || quota->period_us <= 0) {
		return false;
	}
	return than->quota_us == 0 || (double)quota->quota_us / (double)quota->period_us <
					      (double)than->quota_us / (double)than->period_us;
}

static void find_tightest(const struct hierarchy *hierarchy, const char *group, void *context)
{
	struct quota *tightest = context;
	struct quota quota;
	if (hierarchy->read(group, &quota) && is_tighter(&quota, tightest)) {
		*tightest = quota;
	}
}

bool quota_read(const char *root, char *text, size_t size)
{
	struct quota tightest = { 0, 0 };
	bool mounted = false;
	for (size_t i = 0; i < HIERARCHIES; i++) {
		mounted |= walk_hierarchy(root, &hierarchies[i], find_tightest, &tightest);
	}
	snprintf(text, size, "max");
	if (tightest.quota_us) {
		snprintf(text, size, "%lld %lld", tightest.quota_us, tightest.period_us);
	}
	return mounted;
}

/* --- throttling ------------------------------------------------------------------------------ */

static void add_throttled(const struct hierarchy *hierarchy, const char *group, void *context)
{
	struct quota_throttled *sum = context;
	char line[128];
	FILE *file = sysfile_open(group, "/cpu.stat");
	while (file && fgets(line, sizeof(line), file)) {
		long long number;
		if (sscanf(line, "nr_throttled %lld", &number) == 1) {
			sum->times += number;
		} else if (sysfile_begins(line, hierarchy->throttled)) {
			number = strtoll(line + strlen(hierarchy->throttled), NULL, 10);
			sum->ns += number * hierarchy->unit_ns;
		}
	}
	if (file) {
		fclose(file);
	}
}

bool quota_read_throttled(const char *root, struct quota_throttled *throttled)
{
	bool mounted = false;
	*throttled = (struct quota_throttled){ 0 };
	/* One is enough: the two mounts of version 1 are mostly one and the same. */
	for (size_t i = 0; i < HIERARCHIES && !mounted; i++) {
		mounted = walk_hierarchy(root, &hierarchies[i], add_throttled, throttled);
	}
	return mounted;
}
