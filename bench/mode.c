/* The registry of modes, in the order of the table. */
#include "mode.h"
#include "modes/modes.h"

static const struct mode *const modes[] = {
	&mode_sequential,
	&mode_gil,
	&mode_threads,
	&mode_processes,
	&mode_interpreters,
};

const struct mode *mode_at(size_t index)
{
	return index < sizeof(modes) / sizeof(modes[0]) ? modes[index] : NULL;
}

const struct spec_form *mode_form(size_t index)
{
	const struct mode *mode = mode_at(index);
	return mode ? &mode->form : NULL;
}
