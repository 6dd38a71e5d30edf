/* The median. */
#pragma once

#include <stddef.h>

/* The median of the values, of which there is at least one; sorts them. */
double median_of(double *values, size_t count);
