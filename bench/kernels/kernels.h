/* The kernels there are; each is defined in the file of its name. */
#pragma once

#include "kernel.h"

extern const struct kernel kernel_countdown;
extern const struct kernel kernel_primes;
extern const struct kernel kernel_mandelbrot;
extern const struct kernel kernel_chase;
