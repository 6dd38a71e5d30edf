/* Quantities: what a number in a result is called, its unit, and which direction is better. */
#pragma once

enum quantity_better { QUANTITY_NEITHER, QUANTITY_LOWER, QUANTITY_HIGHER };

struct quantity {
	const char *name; /* snake_case; NULL ends a list */
	const char *unit; /* SI; "1" for counts and ratios */
	enum quantity_better better;
};
