/*
 * The listener of a subprocess (subprocess.h): the process that starts the program and reads what
 * it prints.
 */
#pragma once

#include "subprocess.h"

/*
 * Runs the program in the calling process, which has no other children, until the program has ended
 * and closed its output. Returns 0 with its `usage`; or a negative errno value with `error`, which
 * says what the program did wrong. It may still be running then.
 */
int listener_run(const struct subprocess *subprocess, struct rusage *usage, struct error *error);
