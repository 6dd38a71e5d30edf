/* See request.h. */
#include "request.h"

#include "kernel.h"

#include <string.h>

bool request_wants_mode(const struct request *request, size_t mode_index)
{
	for (size_t i = 0; i < request->modes.count; i++) {
		if (request->modes.specs[i].index == mode_index) {
			return true;
		}
	}
	return request->modes.count == 0;
}

bool request_is_paired(const struct spec *kernel)
{
	return kernel_at(kernel->index)->set_pace &&
	       strcmp(kernel->text, kernel_form(kernel->index)->name) == 0;
}
