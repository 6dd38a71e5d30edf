/* The modes, by number; the registry itself is in modes/modes.h. */
#include "mode.h"
#include "modes/modes.h"

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
