/*
 * The plan of a run: its rows, and the samples taken of each.
 *
 * Experiments add the rows, the schedule takes the samples, the report shows them.
 */
#pragma once

#include "calibrate.h"
#include "counters.h"
#include "gbench.h"
#include "latency.h"
#include "mode.h"
#include "quantity.h"
#include "region.h"

enum { PLAN_LABEL_MAX = 256, SAMPLE_MARKS_MAX = 4 };

/* A sample: one measurement of a row, with all that it yields. */
struct sample {
	bool measured;
	struct error error; /* why it was not measured; empty if that was not tried yet */
	int run;            /* the run that took it, from 1; see runs.h */
	int round;          /* in its run, from 1 */
	uint64_t seed;      /* of what is random in it */
	size_t order;       /* its place in the order of measuring, in all runs, from 0 */
	int64_t start_ns;   /* when it began: clock_now_ns() */
	double seconds;     /* the row's value (struct row) */
	struct region_result region;
	struct counters counters; /* besides those that every region has */
	struct latency latencies; /* of its messages, if the row keeps a distribution */
	/* Literals that the row's label has after the places; the first NULL ends them. */
	const char *marks[SAMPLE_MARKS_MAX];
};

struct plan;

struct row {
	struct plan *plan;
	const char *experiment;
	char *name; /* the experiment and the parts "key:value" that tell rows apart, joined by "/" */
	char label[PLAN_LABEL_MAX]; /* the places of its workers */
	/* What a sample's `seconds` is; its unit is "s". */
	const struct quantity *value;
	enum gbench_unit unit; /* in which Google Benchmark shows it */

	/*
	 * Timed in this process by Google Benchmark itself, with `own` as its user's data; NULL: by
	 * samples, as follows.
	 */
	gbench_fn *in_process;
	/*
	 * Takes a sample: fills `seconds`, `region`, and what else the row's samples have. Changes
	 * nothing outside the sample. The row's work is ready. Returns 0, or a negative errno value
	 * with the sample's error, as region_run() does.
	 */
	int (*take)(const struct row *row, const struct work_target *target, struct sample *sample);
	struct work *work; /* NULL: it computes no units of a kernel */
	enum team_kind team;
	enum worker_locks locks; /* WORKER_BARE, too, where a real interpreter runs the work */
	struct spec lock;        /* unless `locks` is WORKER_BARE */
	int workers;
	const struct placement *placement; /* of its workers */
	int64_t quantum_ns;                /* of its lock, model or real; 0: it has none */
	int64_t expected_ns;               /* length of a sample if nothing slows it down */
	void *own;                         /* for `take` or `in_process`; the plan frees it */

	/* Filled during the run. */
	size_t room;     /* number of samples that it can have, of all runs together */
	size_t wanted;   /* number of samples that Google Benchmark has asked for */
	size_t reported; /* number of these handed to Google Benchmark */
	bool timed_out;  /* a sample did not end within its deadline */
	struct sample *samples;
	bool keeps_distribution; /* the latencies of its samples go to a file (report/hgrm.h) */
};

struct plan {
	struct row *rows;
	size_t count;
	struct work **works;
	size_t work_count;
	int samples; /* per row and run, unless a row asks for another number */
	int runs;    /* for which the rows have room; 0: 1 */
	const struct placement *placement; /* of rows that do not bring their own */
	bool selecting;                    /* see report.h */
	size_t taken;                      /* number of samples taken so far, good or not */
	int64_t began_ns;                  /* when the first of them began; 0: none so far */
	char **interned;                   /* see plan_intern() */
	size_t interned_count;
	const struct signals *signals; /* NULL: rows timed in this process cannot be interrupted */
	struct error interrupted;      /* why the rest is not measured; empty as long as it is */
};

/* A part "key:value" of a row's name that only its experiment has. */
struct row_part {
	const char *key; /* NULL ends a list */
	const char *value;
};

/* What a row is. NULL or 0 is a part that its name does not have. */
struct row_spec {
	const char *experiment;
	const struct quantity *value;
	const struct spec *kernel;
	const struct mode *mode;
	const struct spec *lock;
	const char *runtime;
	bool counts_workers; /* the name has a part `workers` */
	int workers;
	const char *op;
	const struct row_part *parts; /* further ones, in this order; need not outlive the call */
	/* The experiment's own parameters: those that differ from their defaults become parts. */
	const struct spec_form *form;
	const struct spec *own;
	int bound;   /* threads whose places the label shows; 0: as many as workers */
	int samples; /* per run; 0: as many as the plan has */
	const struct placement *placement; /* NULL: the plan's */
};

/*
 * Adds a row with room for its samples; the caller fills what `row_spec` does not have. Returns it,
 * valid until the next call, or NULL with `error` if out of memory.
 */
struct row *plan_add(struct plan *plan, const struct row_spec *spec, struct error *error);

/* Adds words, a literal, to the label of the sample's row. At most SAMPLE_MARKS_MAX are kept. */
void sample_mark(struct sample *sample, const char *words);

/*
 * Appends the latencies of all samples of the row. `all` is for latency_finish(). Returns 0, or
 * -ENOMEM.
 */
int row_latencies(const struct row *row, struct latency *all);

/* The label of the row: the places of its workers, and the marks of its samples. */
void row_describe(const struct row *row, char label[PLAN_LABEL_MAX]);

/*
 * Returns the plan's work with the same identity as `wanted` (calibrate.h), which is made ready when
 * the first sample needs it. Returns NULL with `error` if out of memory.
 */
struct work *plan_work(struct plan *plan, const struct work *wanted, struct error *error);

/*
 * Returns a copy of the name that lives as long as the plan, the same for equal names; NULL if out of
 * memory.
 */
const char *plan_intern(struct plan *plan, const char *name);

/* The number of samples wanted of all rows. */
size_t plan_wanted(const struct plan *plan);

/* The number of samples measured so far. */
size_t plan_measured(const struct plan *plan);

/* Frees all rows and works. */
void plan_finish(struct plan *plan);
