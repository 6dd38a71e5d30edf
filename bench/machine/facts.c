/* See facts.h. */
#include "facts.h"

#include "clock.h"
#include "processor.h"
#include "quota.h"
#include "sysfile.h"
#include "text.h"

#include <gnu/libc-version.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Where the facts go. */
struct sink {
	facts_visitor *visit;
	void *context;
};

__attribute__((format(printf, 3, 4))) static void add(
	const struct sink *sink, const char *key, const char *format, ...)
{
	char value[SYSFILE_LINE_MAX];
	va_list args;
	va_start(args, format);
	vsnprintf(value, sizeof(value), format, args);
	va_end(args);
	text_make_valid_utf8(value);
	sink->visit(sink->context, key, value);
}

static void add_file(const struct sink *sink, const char *key, const char *path)
{
	char text[SYSFILE_LINE_MAX];
	if (sysfile_read_line("", path, text, sizeof(text))) {
		add(sink, key, "%s", text);
	}
}

static void add_processor(const struct sink *sink, const struct placement *placement)
{
	char text[SYSFILE_LINE_MAX];
	int pu = placement_place_pu(placement, 0);
	if (processor_model("", pu, placement_cpu_model(placement), text, sizeof(text))) {
		add(sink, "cpu_model", "%s", text);
	}
	if (processor_virtualization("", text, sizeof(text))) {
		add(sink, "virtualization", "%s", text);
	}
}

static void add_frequency(const struct sink *sink, const struct placement *placement)
{
	char text[SYSFILE_LINE_MAX];
	int count = placement_places(placement);
	int *pus = calloc((size_t)count, sizeof(*pus));
	for (int i = 0; pus && i < count; i++) {
		pus[i] = placement_place_pu(placement, i);
	}
	if (pus && processor_governor("", pus, count, text, sizeof(text))) {
		add(sink, "governor", "%s", text);
	}
	if (pus && processor_boost("", pus, count, text, sizeof(text))) {
		add(sink, "boost", "%s", text);
	}
	free(pus);
	add_file(sink, "smt", "/sys/devices/system/cpu/smt/active");
}

static void add_quota(const struct sink *sink)
{
	char text[SYSFILE_LINE_MAX];
	if (quota_read("", text, sizeof(text))) {
		add(sink, "cgroup_cpu_max", "%s", text);
	}
}

static void add_system(const struct sink *sink)
{
	struct utsname system;
	char host[SYSFILE_LINE_MAX];
	if (uname(&system) == 0) {
		add(sink, "kernel_release", "%s", system.release);
		add(sink, "architecture", "%s", system.machine);
	}
	add(sink, "libc", "glibc %s", gnu_get_libc_version());
	if (gethostname(host, sizeof(host)) == 0) {
		host[sizeof(host) - 1] = '\0';
		add(sink, "machine", "%s", host);
	}
	add_file(sink, "aslr", "/proc/sys/kernel/randomize_va_space");
	add_file(sink, "clock_source",
		"/sys/devices/system/clocksource/clocksource0/current_clocksource");
}

/* The time that one reading of the clock takes; every measured time contains a few of them. */
static void add_clock(const struct sink *sink)
{
	enum { READINGS = 10000 };
	int64_t start = clock_now_ns();
	for (int i = 0; i < READINGS; i++) {
		clock_now_ns();
	}
	add(sink, "clock_ns", "%.1f", (double)(clock_now_ns() - start) / (READINGS + 1));
}

static void add_placement(const struct sink *sink, const struct placement *placement)
{
	char text[SYSFILE_LINE_MAX];
	int cores = placement_cores(placement);
	add(sink, "cores", "%d", cores);
	add(sink, "pus", "%d", placement_pus(placement));
	add(sink, "places", "%d", placement_places(placement));
	placement_describe_machine(placement, text, sizeof(text));
	add(sink, "topology", "%s", text);
	placement_describe(placement, 2 * cores, text, sizeof(text));
	add(sink, "pin_map", "%s", text);
}

void facts_visit(const struct placement *placement, facts_visitor *visit, void *context)
{
	const struct sink sink = { visit, context };
	add_system(&sink);
	add_processor(&sink, placement);
	add_frequency(&sink, placement);
	add_quota(&sink);
	add_clock(&sink);
	add_placement(&sink, placement);
}
