/*
 * Costs: what the operations take that everything else is made of, from reading the clock to a page
 * fault. Each cost is a function that measures on given hardware threads (PUs), and yields values of
 * which the caller takes the median and the spread.
 */
#pragma once

#include "cost_values.h"

/* How many places (machine/placement.h) a cost needs. */
enum cost_places {
	COST_ONE_PLACE,
	COST_TWO_PLACES,
	COST_ALL_PAIRS, /* measured for each pair of places */
};

/* Where to measure. `second` is the same as `first` for costs that need one place. */
struct cost_pus {
	int first;
	int second;
};

struct cost {
	const char *op;
	const char *key, *variant; /* what tells costs with the same `op` apart; or NULL */
	enum cost_places places;
	/*
	 * NULL, or returns why this machine cannot have such a cost, a literal; NULL if it can.
	 */
	const char *(*lacks)(void);
	/*
	 * Measures, in nanoseconds. For a process of its own that ends afterwards (isolated.h):
	 * after a failure, threads and processes that it started may still run. Returns 0, or a
	 * negative errno value with `error`.
	 */
	int (*measure)(const struct cost_pus *pus, struct cost_values *values, struct error *error);
};

/* The cost number `index`, or NULL past the last. */
const struct cost *cost_at(size_t index);
