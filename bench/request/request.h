/* A request: what a run is to measure, as the command line asks for it. */
#pragma once

#include "interpreter.h"
#include "placement.h"
#include "spec_list.h"

#include <stdbool.h>
#include <stdint.h>

enum { REQUEST_LIST_MAX = 32, REQUEST_WORKERS_MAX = 1024 };

struct request {
	struct spec_list experiments;
	struct spec_list kernels;
	struct spec_list locks; /* empty: the experiment's defaults */
	struct spec_list modes; /* empty: all that the experiment has */
	int workers[REQUEST_LIST_MAX];
	size_t workers_count; /* 0: the experiment's defaults */
	double time_s;        /* length of a sequential region */
	bool time_given;
	int runs;
	bool runs_given;
	double precision; /* of the score, at which fewer runs are enough; 0: all are made */
	int samples;      /* per row and run */
	bool samples_given;
	bool quick;
	uint64_t seed; /* of the order of the samples */
	enum placement_policy pin;
	/* Filled when the machine and the interpreters have been probed; the caller owns them. */
	const struct placement *placement;
	struct interpreter *interpreters[REQUEST_LIST_MAX];
	size_t interpreter_count;
};

/* True if the mode was asked for, or no mode was. */
bool request_wants_mode(const struct request *request, size_t mode_index);

/*
 * True if real interpreters run this kernel, too: it can be set to their pace, and the spec sets
 * none.
 */
bool request_is_paired(const struct spec *kernel);
