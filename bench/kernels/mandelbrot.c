/*
 * mandelbrot: escape times under z -> z^2 + c, bound by floating-point arithmetic.
 *
 * A unit is one point c. The points are those of the additive recurrence of M. Roberts ("The
 * unreasonable effectiveness of quasirandom sequences", 2018), which covers the rectangle evenly
 * whatever its starting index. So ranges of the same length take about the same amount of work,
 * unlike rows of an image. A unit's checksum is its number of iterations; each iteration is one of
 * the inner loop.
 */
#include "registry.h"

#include <stddef.h>

enum { ITERATIONS_MAX = 1000 };

/* 1/g and 1/g^2, where g^3 = g + 1 (the plastic number), in units of 2^-64. */
#define STEP_X UINT64_C(0xC13FA9A902A6328F)
#define STEP_Y UINT64_C(0x91E10DA5C79E7B1D)

/* The coordinate of point number `unit` along a side of the rectangle that begins at `low`. */
KERNEL_INLINE double coordinate(uint64_t unit, uint64_t step, double low, double length)
{
	return low + length * (double)((unit * step) >> 11) * 0x1p-53;
}

KERNEL_INLINE uint64_t iterations(double x, double y, struct lockmodel_thread *thread)
{
	double re = 0;
	double im = 0;
	uint64_t n = 0;
	while (n < ITERATIONS_MAX && re * re + im * im <= 4) {
		double next = re * re - im * im + x;
		im = 2 * re * im + y;
		re = next;
		n++;
		kernel_poll(thread, 1);
	}
	return n;
}

KERNEL_INLINE uint64_t mandelbrot(
	const void *data, uint64_t first, uint64_t count, struct lockmodel_thread *thread)
{
	(void)data;
	uint64_t sum = 0;
	for (uint64_t unit = first; unit < first + count; unit++) {
		double x = coordinate(unit, STEP_X, -2, 2.5);
		double y = coordinate(unit, STEP_Y, -1.25, 2.5);
		sum += iterations(x, y, thread);
	}
	return sum;
}

KERNEL_VERSIONS(mandelbrot)

const struct kernel kernel_mandelbrot = {
	.form = { .name = "mandelbrot", .summary = "escape times: floating point" },
	.run_bare = mandelbrot_bare,
	.run_polling = mandelbrot_polling,
};
