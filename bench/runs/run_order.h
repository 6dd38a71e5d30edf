/* What the records of a run hold; see record.h and the functions that send and receive them. */
#pragma once

#include "plan.h"

/* RECORD_ORDER: this, a bool for each row (whether it has timed out), a struct run_work each work. */
struct run_order {
	int number; /* of the run, from 1 */
	uint64_t seed;
	size_t rows;
	size_t works;
};

/* RECORD_PLAN: what the run is going to measure. Equal ones stand for the same rows and works. */
struct run_plan {
	size_t rows;
	size_t works;
	uint64_t
		names; /* a hash of the names of the rows and the numbers of samples wanted of each */
};

/* RECORD_WORK, and a part of RECORD_ORDER. */
struct run_work {
	size_t index;   /* in the plan */
	bool known;     /* whether the rest is */
	uint64_t units; /* as in struct workload */
	uint64_t checksum;
	double turn_s;
	struct error error; /* why it could not be made ready; empty unless that failed */
};

enum { RUN_NAME_MAX = 64 }; /* bytes of a counter's name or a mark, with the terminating zero */

/* RECORD_SAMPLE: this, a struct run_counter for each counter, an int64_t for each latency. */
struct run_sample {
	size_t row;
	size_t number; /* of the sample, among those that this run takes of the row */
	bool timed_out;
	char marks[SAMPLE_MARKS_MAX][RUN_NAME_MAX]; /* empty: none */
	size_t counters;
	size_t latencies;
	struct sample sample; /* the pointers in it mean nothing */
};

struct run_counter {
	char name[RUN_NAME_MAX];
	double value;
};

/* Describes a plan whose rows take samples in `runs` runs. */
void run_plan_describe(const struct plan *plan, size_t runs, struct run_plan *described);
