/* The registry of kernels; the first is the default. */
#include "kernel.h"
#include "kernels/kernels.h"

static const struct kernel *const kernels[] = {
	&kernel_countdown,
	&kernel_primes,
	&kernel_mandelbrot,
	&kernel_chase,
};

const struct kernel *kernel_at(size_t index)
{
	return index < sizeof(kernels) / sizeof(kernels[0]) ? kernels[index] : NULL;
}

const struct spec_form *kernel_form(size_t index)
{
	const struct kernel *kernel = kernel_at(index);
	return kernel ? &kernel->form : NULL;
}
