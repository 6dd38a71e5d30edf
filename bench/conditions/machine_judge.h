/* Judges what the counters of the system say about the time between two moments. */
#pragma once

#include "finding.h"
#include "moment.h"

/* A measurement on some processors. */
struct machine_use {
	struct moment before;
	struct moment after;
	int pus;     /* that it may use */
	int workers; /* the most that it has had on places of their own at one time */
};

void machine_judge(const struct machine_use *use, struct findings *findings);
