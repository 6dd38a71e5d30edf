/* Access to the kernels by index; the list itself is in registry.h. */
#include "registry.h"
#include "kernel.h"

#define ADDRESS(name) &kernel_##name,
static const struct kernel *const kernels[] = { KERNEL_REGISTRY(ADDRESS) };

const struct kernel *kernel_at(size_t index)
{
	return index < sizeof(kernels) / sizeof(kernels[0]) ? kernels[index] : NULL;
}

const struct spec_form *kernel_form(size_t index)
{
	const struct kernel *kernel = kernel_at(index);
	return kernel ? &kernel->form : NULL;
}
