/* See machine.h. */
#include "machine.h"

#include "clock.h"
#include "gbench.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Enough for the pin map of a large machine, and for the path of a control group. */
enum { LINE_MAX_BYTES = 4096 };

__attribute__((format(printf, 2, 3))) static void add(const char *key, const char *format, ...)
{
	char value[LINE_MAX_BYTES];
	va_list args;
	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	/* A pair given with --benchmark_context comes first, and stays. */
	gbench_add_context(key, value);
}

static bool begins(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

static FILE *open_file(const char *root, const char *path)
{
	char name[PATH_MAX];
	bool fits = (size_t)snprintf(name, sizeof(name), "%s%s", root, path) < sizeof(name);
	return fits ? fopen(name, "re") : NULL;
}

/* Reads the first line that begins with `prefix`, without it and the end of the line. */
static bool read_line(
	const char *root, const char *path, const char *prefix, char *text, size_t size)
{
	bool found = false;
	FILE *file = open_file(root, path);
	while (file && !found && fgets(text, (int)size, file)) {
		found = begins(text, prefix);
	}
	if (file) {
		fclose(file);
	}
	if (found) {
		memmove(text, text + strlen(prefix), strlen(text) - strlen(prefix) + 1);
		text[strcspn(text, "\n")] = '\0';
	}
	return found;
}

static void add_file(const char *key, const char *path)
{
	char text[LINE_MAX_BYTES];
	if (read_line("", path, "", text, sizeof(text))) {
		add(key, "%s", text);
	}
}

/* --- the processor --------------------------------------------------------------------------- */

/* Reads what /proc/cpuinfo says of (the first processor's) `key`. */
static bool read_cpuinfo(const char *root, const char *key, char *text, size_t size)
{
	if (!read_line(root, "/proc/cpuinfo", key, text, size)) {
		return false;
	}
	size_t blank = strspn(text, "\t: ");
	memmove(text, text + blank, strlen(text) - blank + 1);
	return true;
}

bool machine_cpu_model(const char *root, const char *known, char *text, size_t size)
{
	char implementer[64];
	char part[64];
	if (read_cpuinfo(root, "model name", text, size)) {
		return true;
	}
	if (known) {
		snprintf(text, size, "%s", known);
		return true;
	}
	if (read_cpuinfo(root, "CPU implementer", implementer, sizeof(implementer)) &&
		read_cpuinfo(root, "CPU part", part, sizeof(part))) {
		snprintf(text, size, "CPU implementer %s part %s", implementer, part);
		return true;
	}
	return false;
}

/* What virtual machines call themselves; the product only where the vendor sells real ones, too. */
static const struct vendor {
	const char *name;
	const char *product;
} vendors[] = {
	{ "Amazon EC2", "" },
	{ "Apple Inc.", "Apple Virtualization" },
	{ "Google", "Google Compute Engine" },
	{ "Microsoft Corporation", "Virtual Machine" },
	{ "Parallels", "" },
	{ "QEMU", "" },
	{ "VMware", "" },
	{ "Xen", "" },
};

static bool is_virtual(const char *vendor, const char *product)
{
	/* As in "c7g.metal": Amazon's name for a machine without a hypervisor. */
	if (strstr(product, ".metal")) {
		return false;
	}
	for (size_t i = 0; i < sizeof(vendors) / sizeof(vendors[0]); i++) {
		if (begins(vendor, vendors[i].name) && begins(product, vendors[i].product)) {
			return true;
		}
	}
	return false;
}

bool machine_virtualization(const char *root, char *text, size_t size)
{
	char flags[2 * LINE_MAX_BYTES];
	char product[LINE_MAX_BYTES];
	if (read_cpuinfo(root, "flags", flags, sizeof(flags))) {
		snprintf(text, size, "%s", strstr(flags, " hypervisor") ? "hypervisor" : "none");
		return true;
	}
	/* Other architectures than x86 have no such flag. */
	if (read_line(root, "/sys/hypervisor/type", "", text, size)) {
		return true;
	}
	if (!read_line(root, "/sys/class/dmi/id/product_name", "", product, sizeof(product))) {
		product[0] = '\0';
	}
	return read_line(root, "/sys/class/dmi/id/sys_vendor", "", text, size) &&
	       is_virtual(text, product);
}

static void add_cpu(const struct placement *placement)
{
	char text[LINE_MAX_BYTES];
	if (machine_cpu_model("", placement_cpu_model(placement), text, sizeof(text))) {
		add("cpu_model", "%s", text);
	}
	if (machine_virtualization("", text, sizeof(text))) {
		add("virtualization", "%s", text);
	}
	add_file("governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	add_file("boost", "/sys/devices/system/cpu/cpufreq/boost");
	add_file("smt", "/sys/devices/system/cpu/smt/active");
}

/* --- the quota ------------------------------------------------------------------------------- */

/* So much processor time in so much real time. */
struct quota {
	long long quota_us; /* 0 if there is none */
	long long period_us;
};

/* A hierarchy of control groups that may limit processor time. */
struct hierarchy {
	const char *controller; /* in the group's line of /proc/self/cgroup */
	const char *mount;
	bool (*read)(const char *group, struct quota *quota);
};

static bool read_version_2(const char *group, struct quota *quota)
{
	char text[64];
	return read_line(group, "/cpu.max", "", text, sizeof(text)) &&
	       sscanf(text, "%lld %lld", &quota->quota_us, &quota->period_us) == 2;
}

static bool read_number(const char *group, const char *file, long long *number)
{
	char text[64];
	return read_line(group, file, "", text, sizeof(text)) && sscanf(text, "%lld", number) == 1;
}

static bool read_version_1(const char *group, struct quota *quota)
{
	return read_number(group, "/cpu.cfs_quota_us", &quota->quota_us) &&
	       read_number(group, "/cpu.cfs_period_us", &quota->period_us);
}

static const struct hierarchy hierarchies[] = {
	{ "", "/sys/fs/cgroup", read_version_2 },
	{ "cpu", "/sys/fs/cgroup/cpu", read_version_1 },
	{ "cpu", "/sys/fs/cgroup/cpu,cpuacct", read_version_1 },
};

/* Whether a list as in "cpu,cpuacct:" has a member. Version 2's is empty, and "" its member. */
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

/* The path of the process's group; a line is "NUMBER:CONTROLLERS:PATH". */
static bool find_group(const char *root, const char *controller, char *group, size_t size)
{
	char line[LINE_MAX_BYTES];
	bool found = false;
	FILE *file = open_file(root, "/proc/self/cgroup");
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

static bool is_tighter(const struct quota *quota, const struct quota *than)
{
	if (quota->quota_us <= 0 || quota->period_us <= 0) {
		return false;
	}
	return than->quota_us == 0 || (double)quota->quota_us / (double)quota->period_us <
					      (double)than->quota_us / (double)than->period_us;
}

/* Not so for what systemd mounts at /sys/fs/cgroup only to hold version 1's mounts. */
static bool is_group(const char *folder)
{
	FILE *file = open_file(folder, "/cgroup.procs");
	if (file) {
		fclose(file);
	}
	return file != NULL;
}

/*
 * Looks at the process's group and at all above it, since each limits those below. In a container
 * the path may be one outside; then only the root of the mount is there, the container's own group.
 * False if nothing is mounted.
 */
static bool read_hierarchy(
	const char *root, const struct hierarchy *hierarchy, struct quota *tightest)
{
	char group[LINE_MAX_BYTES];
	char folder[2 * LINE_MAX_BYTES];
	struct quota quota;
	int mount = snprintf(folder, sizeof(folder), "%s%s", root, hierarchy->mount);
	if (!find_group(root, hierarchy->controller, group, sizeof(group)) || !is_group(folder)) {
		return false;
	}
	snprintf(folder + mount, sizeof(folder) - (size_t)mount, "%s", group);
	for (char *end = strchr(folder, '\0'); end; end = strrchr(folder + mount, '/')) {
		*end = '\0';
		if (hierarchy->read(folder, &quota) && is_tighter(&quota, tightest)) {
			*tightest = quota;
		}
	}
	return true;
}

bool machine_cpu_quota(const char *root, char *text, size_t size)
{
	bool mounted = false;
	struct quota tightest = { 0, 0 };
	for (size_t i = 0; i < sizeof(hierarchies) / sizeof(hierarchies[0]); i++) {
		mounted |= read_hierarchy(root, &hierarchies[i], &tightest);
	}
	snprintf(text, size, "max");
	if (tightest.quota_us) {
		snprintf(text, size, "%lld %lld", tightest.quota_us, tightest.period_us);
	}
	return mounted;
}

static void add_quota(void)
{
	char text[LINE_MAX_BYTES];
	if (machine_cpu_quota("", text, sizeof(text))) {
		add("cgroup_cpu_max", "%s", text);
	}
}

/* --- the system and the run ------------------------------------------------------------------ */

static void add_system(void)
{
	struct utsname system;
	char host[LINE_MAX_BYTES];
	if (uname(&system) == 0) {
		add("kernel_release", "%s", system.release);
		add("architecture", "%s", system.machine);
	}
	if (gethostname(host, sizeof(host)) == 0) {
		host[sizeof(host) - 1] = '\0';
		add("machine", "%s", host);
	}
	add_file("aslr", "/proc/sys/kernel/randomize_va_space");
	add_file(
		"clock_source", "/sys/devices/system/clocksource/clocksource0/current_clocksource");
}

/* What one reading of the clock costs, which every number here contains a few times. */
static void add_clock(void)
{
	enum { READINGS = 10000 };
	int64_t start = clock_now_ns();
	for (int i = 0; i < READINGS; i++) {
		clock_now_ns();
	}
	add("clock_ns", "%.1f", (double)(clock_now_ns() - start) / (READINGS + 1));
}

static void add_placement(const struct options *options, const struct placement *placement)
{
	char text[LINE_MAX_BYTES];
	int cores = placement_cores(placement);
	add("cores", "%d", cores);
	add("pus", "%d", placement_pus(placement));
	add("places", "%d", placement_places(placement));
	placement_describe_machine(placement, text, sizeof(text));
	add("topology", "%s", text);
	placement_describe(placement, 2 * cores, text, sizeof(text));
	add("pin", "%s", placement_form(options->pin)->name);
	add("pin_map", "%s", text);
}

void machine_add_context(const struct options *options, const struct placement *placement)
{
	add("gilbench_version", "%s", GILBENCH_VERSION);
	add("google_benchmark_version", "%s", gbench_version());
	add("build_type", "%s", GILBENCH_BUILD_TYPE);
	add("compiler", "%s", GILBENCH_COMPILER);
	add("time_s", "%g", options->time_s);
	add("samples", "%d", options->samples);
	add("seed", "%llu", (unsigned long long)options->seed);
	add_system();
	add_cpu(placement);
	add_quota();
	add_clock();
	add_placement(options, placement);
}
