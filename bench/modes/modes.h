/* The modes there are; each is defined in the file of its name. */
#pragma once

#include "mode.h"

extern const struct mode mode_sequential;
extern const struct mode mode_gil;
extern const struct mode mode_threads;
extern const struct mode mode_processes;
extern const struct mode mode_interpreters;
