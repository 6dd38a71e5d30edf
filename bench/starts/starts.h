/*
 * Starts: what it costs to start a thread or a process, and to wait for its end. A measurement
 * makes one start after the other, in a process of its own.
 */
#pragma once

#include "isolated.h"
#include "placement.h"
#include "touched.h"
#include "ways.h"

struct starts {
	const struct start_way *way;
	const char *program;    /* the path of `true`, for ways that execute it */
	struct touched touched; /* by the process that starts the others, before */
	int64_t batch_ns;       /* how long the batch takes, about, but for its last start */
	/* The process that starts the others, and so these, are bound to the first place. */
	const struct placement *placement;
};

/* A batch of starts that follow each other without a pause. */
struct starts_result {
	int64_t count;
	int64_t wall_ns; /* of all */
	/* Of the process that starts and of those that it started. */
	int64_t cpu_ns;
	int64_t switches_voluntary;
	int64_t switches_involuntary;
	double huge_part; /* of the touched memory, what is in huge pages */
};

/*
 * Makes a few starts, which tell how many a batch has, and then the batch. Returns 0, or a negative
 * errno value with `error`, as isolated_run() does. Nothing is left behind.
 */
int starts_run(const struct starts *starts, const struct limits *limits,
	struct starts_result *result, struct error *error);

/* A deadline for limits: many times as long as the measurement takes. */
int64_t starts_deadline_ns(const struct starts *starts);
