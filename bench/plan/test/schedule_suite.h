/*
 * What the tests of the schedule share: a plan on a machine that is made up, rows of made-up
 * kernels, and a run that leaves no process behind.
 */
#pragma once

#include "compute_row.h"
#include "region_suite.h"
#include "schedule.h"

enum { SAMPLES = 6, UNITS = 50 };

extern struct placement *placement;
extern struct signals signals;
extern struct plan plan;
extern struct error error;

int set_up(void **unused);

int tear_down(void **unused);

/* A row of the kernel, all of whose samples are wanted; its work is the kernel's. */
void add_row(const struct kernel *kernel, uint64_t units);

/* A schedule's taken(), which counts the samples in `context`, a size_t. */
void note_taken(void *context, const struct row *row, size_t number);

int run(uint64_t seed);

/* The seeds of the samples of two rows in a run, sample by sample. */
void take_seeds(uint64_t seed, uint64_t seeds[2 * SAMPLES]);

void expect_all(const struct row *row, bool measured, const char *text);
