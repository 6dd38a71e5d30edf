/*
 * See subprocess.h. The supervised process is the listener: it starts the program and reads its
 * output (listener.h). The program is in the listener's process group.
 */
#include "subprocess.h"

#include "listener.h"

#include <string.h>

/* The context of the listener. */
struct listening {
	const struct subprocess *subprocess;
	struct subprocess_outcome *outcome;
};

static int run_listener(void *context, struct error *error)
{
	const struct listening *listening = context;
	return listener_run(listening->subprocess, &listening->outcome->usage, error);
}

int subprocess_run(const struct subprocess *subprocess, const struct limits *limits,
	struct subprocess_outcome *outcome, struct error *error)
{
	struct listening listening = { subprocess, outcome };
	const struct supervised supervised = {
		.run = run_listener,
		.context = &listening,
		.name = "the process that read its output",
	};
	memset(outcome, 0, sizeof(*outcome));
	return supervisor_run(&supervised, limits, &outcome->supervised, error);
}
