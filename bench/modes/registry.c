/* Access to the modes by index; the list itself is in registry.h. */
#include "registry.h"
#include "mode.h"

#define ADDRESS(name) &mode_##name,
static const struct mode *const modes[] = { MODE_REGISTRY(ADDRESS) };

const struct mode *mode_at(size_t index)
{
	return index < sizeof(modes) / sizeof(modes[0]) ? modes[index] : NULL;
}

const struct spec_form *mode_form(size_t index)
{
	const struct mode *mode = mode_at(index);
	return mode ? &mode->form : NULL;
}
