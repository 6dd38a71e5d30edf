/*
 * Modes: the ways to run a kernel. Each is one file in modes/ with one `const struct mode`, a line
 * in the registry (modes/modes.h) and one in meson.build; all of them run through the same team and
 * the same worker function.
 */
#pragma once

#include "spec.h"
#include "team.h"

#include <stdbool.h>

/* Which locks the workers of a mode go through. */
enum mode_locks {
	MODE_BARE,      /* none: the kernel without any lock code */
	MODE_ONE_LOCK,  /* all workers share one */
	MODE_OWN_LOCKS, /* each worker has its own */
};

struct mode {
	struct spec_form form;
	enum team_kind team;
	enum mode_locks locks;
	/* The only model this mode makes sense with; NULL if it is run with every --lock. */
	const char *model;
	/* One worker only. */
	bool single;
	/* Run by real interpreters, in their own threads or processes. */
	bool real;
};

/* The mode number `index`, or NULL past the last; and the same as a registry for spec_parse(). */
const struct mode *mode_at(size_t index);
const struct spec_form *mode_form(size_t index);
