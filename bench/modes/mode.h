/*
 * Modes: the ways to run a kernel. A mode is one file in this folder with one `const struct mode`,
 * one line in the registry (registry.h) and one in meson.build. All modes that gilbench runs itself
 * go through the same team and the same worker function.
 */
#pragma once

#include "spec.h"
#include "worker.h"

#include <stdbool.h>

struct mode {
	struct spec_form form;
	enum team_kind team;
	enum worker_locks locks;
	/* The only lock model that this mode is run with; NULL: every model asked for. */
	const char *model;
	/* Has exactly one worker. */
	bool single;
	/* Run by real interpreters, in their own threads or processes. */
	bool real;
	/* Compared with real interpreters: also run with the model of each one's lock, at its pace. */
	bool paced;
	/* An I/O thread can run beside its workers. */
	bool io;
};

/* The mode with this index, or NULL past the last one; mode_form() is for spec_parse(). */
const struct mode *mode_at(size_t index);
const struct spec_form *mode_form(size_t index);
