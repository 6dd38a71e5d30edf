/* See setting.h. The findings and their severities are explained in README.md. */
#include "setting.h"

#include "build_kind.h"
#include "processor.h"
#include "sysfile.h"

#include <gnu/libc-version.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct setting setting_here(const char *root, const struct placement *placement)
{
	return (struct setting){
		.root = root,
		.placement = placement,
		.libc = gnu_get_libc_version(),
		.sanitizer = BUILD_SANITIZER,
		.optimized = BUILD_OPTIMIZED,
	};
}

/* --- the program ----------------------------------------------------------------------------- */

static void judge_build(const struct setting *setting, struct findings *findings)
{
	if (setting->sanitizer[0]) {
		findings_add(findings, SEVERITY_DOUBTFUL,
			"gilbench was built with %s, which slows it down many times; configure "
			"the build with -Db_sanitize=none",
			setting->sanitizer);
	}
	if (!setting->optimized) {
		findings_add(findings, SEVERITY_DOUBTFUL,
			"gilbench was built without optimization; configure the build with "
			"--buildtype=release");
	}
}

static void judge_libc(const struct setting *setting, struct findings *findings)
{
	enum { MENDED_IN = 41 };
	int major;
	int minor;
	if (sscanf(setting->libc, "%d.%d", &major, &minor) == 2 && major == 2 &&
		minor < MENDED_IN) {
		findings_add(findings, SEVERITY_NOTE,
			"a condition variable of glibc %s can lose a wake-up (bug 25847, fixed in "
			"2.%d); if a sample under a lock exceeds its deadline, measure again",
			setting->libc, MENDED_IN);
	}
}

/* --- the system ------------------------------------------------------------------------------ */

static bool is_among(const char *name, const char *const *names)
{
	while (*names && strcmp(*names, name) != 0) {
		names++;
	}
	return *names != NULL;
}

/* Those that a program can read without a system call, on the architectures that Linux runs on. */
static void judge_clock(const struct setting *setting, struct findings *findings)
{
	static const char *const fast[] = { "tsc", "kvm-clock", "hyperv_clocksource_tsc_page",
		"xen", "arch_sys_counter", "riscv_clocksource", "timebase", "tod", "Constant",
		NULL };
	static const char path[] =
		"/sys/devices/system/clocksource/clocksource0/current_clocksource";
	char name[64];
	if (sysfile_read_line(setting->root, path, name, sizeof(name)) && !is_among(name, fast)) {
		findings_add(findings, SEVERITY_DOUBTFUL,
			"the system's clock source is %s, which is slow to read, and locks with a "
			"switch interval read the clock often; start the system with tsc=reliable "
			"if its time stamp counter can be trusted",
			name);
	}
}

static void judge_virtual(const struct setting *setting, struct findings *findings)
{
	char text[128];
	if (processor_virtualization(setting->root, text, sizeof(text)) &&
		strcmp(text, "none") != 0) {
		findings_add(findings, SEVERITY_NOTE,
			"this is a virtual machine (%s), whose host may run other things on its "
			"processors unnoticed; repeat the measurement at another time",
			text);
	}
}

/* --- the processor --------------------------------------------------------------------------- */

/* A value that processor.h summarizes over the PUs of the places. */
typedef bool read_value(const char *root, const int *pus, int count, char *text, size_t size);

static bool read_of_places(const struct setting *setting, read_value *read, char *text, size_t size)
{
	int count = placement_places(setting->placement);
	int *pus = calloc((size_t)count, sizeof(*pus));
	for (int i = 0; pus && i < count; i++) {
		pus[i] = placement_place_pu(setting->placement, i);
	}
	bool found = pus && read(setting->root, pus, count, text, size);
	free(pus);
	return found;
}

static void judge_frequency(const struct setting *setting, struct findings *findings)
{
	char text[256];
	if (read_of_places(setting, processor_governor, text, sizeof(text)) &&
		strcmp(text, "performance") != 0) {
		findings_add(findings, SEVERITY_NOTE,
			"the frequency governor is %s, so a worker may begin at a low frequency; "
			"choose it with `cpupower frequency-set -g performance`",
			text);
	}
	if (read_of_places(setting, processor_boost, text, sizeof(text)) &&
		strcmp(text, "0") != 0) {
		findings_add(findings, SEVERITY_NOTE,
			"the processor may exceed its base frequency, more so with one busy core "
			"than with several, which lowers speed-ups; switch boost off to compare "
			"numbers of workers");
	}
}

/* The PUs that share the cores of the places. */
struct siblings {
	const struct placement *placement;
	int shared; /* with another place */
	int open;   /* with no worker */
};

static bool is_place(const struct placement *placement, int pu)
{
	for (int i = 0; i < placement_places(placement); i++) {
		if (placement_place_pu(placement, i) == pu) {
			return true;
		}
	}
	return false;
}

static void count_sibling(void *context, int sibling)
{
	struct siblings *siblings = context;
	bool taken = is_place(siblings->placement, sibling);
	siblings->shared += taken;
	siblings->open += !taken;
}

static void judge_siblings(const struct setting *setting, struct findings *findings)
{
	struct siblings siblings = { .placement = setting->placement };
	for (int i = 0; i < placement_places(setting->placement); i++) {
		processor_visit_siblings(setting->root, placement_place_pu(setting->placement, i),
			count_sibling, &siblings);
	}
	if (siblings.shared) {
		findings_add(findings, SEVERITY_NOTE,
			"the workers' places include hardware threads of one core, which slow each "
			"other down; use --pin=core to place one worker on each core");
	}
	if (siblings.open) {
		findings_add(findings, SEVERITY_NOTE,
			"other programs may run on the second hardware threads of the workers' "
			"cores; keep the machine idle, or switch SMT off");
	}
}

void setting_judge(const struct setting *setting, struct findings *findings)
{
	judge_build(setting, findings);
	judge_clock(setting, findings);
	judge_virtual(setting, findings);
	judge_siblings(setting, findings);
	judge_frequency(setting, findings);
	judge_libc(setting, findings);
}
