/* Judges what stays the same during a run: the machine, the system and the build. */
#pragma once

#include "finding.h"
#include "placement.h"

#include <stdbool.h>

struct setting {
	const char *root; /* as in sysfile.h */
	const struct placement *placement;
	const char *libc;      /* the version of glibc, as in "2.36" */
	const char *sanitizer; /* its name; "" for none */
	bool optimized;
};

/* That of this program on this machine. */
struct setting setting_here(const char *root, const struct placement *placement);

void setting_judge(const struct setting *setting, struct findings *findings);
