/*
 * The rows that `convoy` and `bandwidth` have in common.
 *
 * Unless told otherwise: every lock model that excludes, free threads, and processes with the lock
 * of CPython 3; beside 0, 1, 2 and 4 workers; and beside each real interpreter the model of its
 * lock, at its pace.
 */
#pragma once

#include "beside.h"
#include "experiment.h"

/* Adds all of them: an experiment's plan(). */
int beside_rows_plan(struct plan *plan, const struct experiment_setting *setting,
	enum beside_kind kind, struct error *error);
