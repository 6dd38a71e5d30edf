/*
 * What processor this is, and how fast it may run. Each function writes what it finds and returns
 * true, or returns false where the system does not tell; `root` is as in sysfile.h.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>

/*
 * The model of the processor of `pu`: from /proc/cpuinfo, or else `known` (may be NULL), or else the
 * numbers of the designer and the part.
 */
bool processor_model(const char *root, int pu, const char *known, char *text, size_t size);

/* "none", or "hypervisor", or who provides the virtual machine, where only that can be found out. */
bool processor_virtualization(const char *root, char *text, size_t size);

/*
 * The frequency governor of the PUs: its name, as in "performance"; or, where they differ, all
 * names, as in "mixed: performance, powersave".
 */
bool processor_governor(const char *root, const int *pus, int count, char *text, size_t size);

/*
 * Whether the PUs may run faster than their base frequency: "1" or "0", or "mixed: 1, 0". From the
 * PU's own switch, cpufreq's common one, or intel_pstate's.
 */
bool processor_boost(const char *root, const int *pus, int count, char *text, size_t size);

/* The frequency at which the PU runs now, or has last run, in kHz; 0 if unknown. */
long processor_frequency_khz(const char *root, int pu);

/*
 * How often the core of the PU and its package were slowed down since the system was started because
 * they had become too hot. False where the system does not count that, as in virtual machines.
 */
bool processor_overheated(const char *root, int pu, long *times);

/* Calls `visit` for each PU in the core of `pu` but itself, if the system tells. */
void processor_visit_siblings(
	const char *root, int pu, void (*visit)(void *context, int sibling), void *context);
