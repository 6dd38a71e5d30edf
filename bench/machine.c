/* See machine.h. */
#include "machine.h"

#include "clock.h"
#include "gbench.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 256 };

__attribute__((format(printf, 2, 3))) static void add(const char *key, const char *format, ...)
{
	char value[1024];
	va_list args;
	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	/* A pair given with --benchmark_context comes first, and stays. */
	gbench_add_context(key, value);
}

/* Reads the first line that begins with `prefix`, without it and the end of the line. */
static bool read_line(const char *path, const char *prefix, char *text, size_t size)
{
	bool found = false;
	FILE *file = fopen(path, "re");
	while (file && !found && fgets(text, (int)size, file)) {
		found = strncmp(text, prefix, strlen(prefix)) == 0;
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
	if (read_line(path, "", text, sizeof(text))) {
		add(key, "%s", text);
	}
}

static void add_cpu(void)
{
	char text[LINE_MAX_BYTES];
	char flags[8192];
	if (read_line("/proc/cpuinfo", "model name", text, sizeof(text))) {
		add("cpu_model", "%s", text + strspn(text, "\t: "));
	}
	if (read_line("/proc/cpuinfo", "flags", flags, sizeof(flags))) {
		add("virtualization", "%s", strstr(flags, " hypervisor") ? "hypervisor" : "none");
	}
	add_file("governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor");
	add_file("boost", "/sys/devices/system/cpu/cpufreq/boost");
	add_file("smt", "/sys/devices/system/cpu/smt/active");
}

/* The processor quota of the process's control group (version 2), or of the root as it sees it. */
static void add_quota(void)
{
	char group[LINE_MAX_BYTES];
	char path[LINE_MAX_BYTES + 32];
	char quota[LINE_MAX_BYTES];
	if (!read_line("/proc/self/cgroup", "0::", group, sizeof(group))) {
		return;
	}
	snprintf(path, sizeof(path), "/sys/fs/cgroup%s/cpu.max", group);
	if (read_line(path, "", quota, sizeof(quota)) ||
		read_line("/sys/fs/cgroup/cpu.max", "", quota, sizeof(quota))) {
		add("cgroup_cpu_max", "%s", quota);
	}
}

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
	add_cpu();
	add_quota();
	add_clock();
	add_placement(options, placement);
}
