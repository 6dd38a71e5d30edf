/*
 * The plan of a run: its rows, and the samples that were taken of each.
 *
 * Experiments add the rows; the schedule takes the samples; the report shows them.
 */
#pragma once

#include "gbench.h"
#include "region.h"
#include "work.h"

enum { PLAN_NAME_MAX = 256, PLAN_LABEL_MAX = 256, PLAN_UNCOUNTED = -1 };

struct sample {
	bool measured;
	struct error error; /* why it was not, if it is empty: not yet tried */
	size_t order;       /* its place in the order of measuring, from 0 */
	double start_s;     /* when it began, after the first one began */
	double seconds;     /* what is reported as the row's time */
	struct region_result region;
};

struct plan;

struct row {
	struct plan *plan;
	char name[PLAN_NAME_MAX];
	char label[PLAN_LABEL_MAX];
	/* Measured inside this process by Google Benchmark itself; NULL: by samples, as follows. */
	gbench_fn *in_process;
	/*
	 * Takes a sample: fills `seconds` and `region`. The row's work is ready. 0, or a negative
	 * errno value with the sample's error, as region_run() has it.
	 */
	int (*take)(struct row *row, const struct work_target *target, struct sample *sample);
	struct work *work;
	const struct mode *mode;
	struct spec lock; /* unless the mode is bare, or real */
	int workers;
	int64_t quantum_ns;    /* of its lock, whether model or real; 0: it has none */
	enum gbench_unit unit; /* of its time in Google Benchmark's table */
	/*
	 * What the experiment needs to take samples, and keeps of them; freed by `finish`, if set.
	 */
	void *own;
	void (*finish)(void *own);
	/* Filled while the run goes on. */
	size_t room;   /* samples at most */
	size_t wanted; /* samples asked for by Google Benchmark's roll call */
	size_t reported;
	bool hopeless; /* a sample did not end within its deadline */
	struct sample *samples;
};

struct plan {
	struct row *rows;
	size_t count;
	struct work **works;
	size_t work_count;
	int samples; /* per row, unless it asks for fewer */
	const struct placement *placement;
	bool calling_roll;             /* see report.h */
	const struct signals *signals; /* NULL: rows that run in process cannot be interrupted */
	struct error interrupted;      /* why the rest is not measured; empty while it is */
};

/* The parts of a row's name and what it runs; `op` is NULL or the last part. */
struct plan_parts {
	const char *experiment;
	const char *kernel; /* NULL: not in the name */
	const struct mode *mode;
	const char *lock;    /* NULL: not in the name */
	const char *runtime; /* NULL: not in the name */
	int workers; /* not in the name of a mode that has always one, nor if PLAN_UNCOUNTED */
	const char *op;
	const char *own; /* NULL, or parts of the experiment's own, as in "every:1ms" */
	int samples;     /* 0: as many as the plan has */
};

/*
 * Adds a row with a name made of `parts`, and room for the plan's samples. Returns it, valid until
 * the next call, or NULL with `error`: out of memory, or the name too long.
 */
struct row *plan_add(struct plan *plan, const struct plan_parts *parts, struct error *error);

/*
 * The plan's work for a kernel, made ready when the first sample needs it; the same for the same
 * `wanted`, of which only what work.h says makes a work's identity is looked at. Returns NULL, with
 * `error`, if out of memory.
 */
struct work *plan_work(struct plan *plan, const struct work *wanted, struct error *error);

/* The number of samples wanted in all. */
size_t plan_wanted(const struct plan *plan);

/* Frees the rows and the works. */
void plan_finish(struct plan *plan);
