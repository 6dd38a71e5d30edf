/*
 * A row of `convoy` or `bandwidth`: its samples are regions with a worker that does input and
 * output beside some that compute (beside.h).
 */
#pragma once

#include "beside.h"
#include "plan.h"

struct beside_row {
	struct beside_job job; /* `work` need not be ready, `lock` is copied; every_ns 0: 10 ms */
	const char
		*runtime; /* the real interpreter that the row is, or stands beside; NULL: none */
	int samples;      /* 0: as many as the plan has */
};

/* Adds the row to the plan. 0, or a negative errno value with `error`. */
int beside_row_add(struct plan *plan, const struct beside_row *wanted, struct error *error);

/*
 * The latencies of all samples of a row that have been taken, together, sorted; they belong to the
 * row. NULL if it has none, as every row of another kind.
 */
const struct latency *beside_row_latencies(const struct row *row);
