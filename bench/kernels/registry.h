/* The list of all kernels; each is defined in the file of its name. */
#pragma once

#include "kernel.h"

/* One line per kernel, in the order of the tables; the first is the default. */
#define KERNEL_REGISTRY(X) \
	X(countdown) \
	X(primes) \
	X(mandelbrot) \
	X(chase)

#define KERNEL_REGISTRY_DECLARE(name) extern const struct kernel kernel_##name;
KERNEL_REGISTRY(KERNEL_REGISTRY_DECLARE)
