/* What a result has to say about the machine, the build and the run: its context. */
#pragma once

#include "options.h"
#include "placement.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Adds the facts to Google Benchmark's context; those that the system does not tell are left out.
 */
void machine_add_context(const struct options *options, const struct placement *placement);

/*
 * Those facts that are to be found in different places on different systems. `root` comes before
 * all paths: "" for this machine, or the folder of one that a test made up. They write what they
 * find and return true, or return false where the system does not tell.
 */

/* The processor's model, from the system or else `known` (may be NULL), or else its numbers. */
bool machine_cpu_model(const char *root, const char *known, char *text, size_t size);

/* "none", "hypervisor", or whose it is where only that can be found out. */
bool machine_virtualization(const char *root, char *text, size_t size);

/*
 * The tightest quota of processor time that the process's control groups (version 1 or 2) put on
 * it, as "QUOTA PERIOD" in microseconds, or "max".
 */
bool machine_cpu_quota(const char *root, char *text, size_t size);
