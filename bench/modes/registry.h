/* The list of all modes; each is defined in the file of its name. */
#pragma once

#include "mode.h"

/* One line per mode, in the order of the tables. */
#define MODE_REGISTRY(X) \
	X(sequential) \
	X(gil) \
	X(threads) \
	X(processes) \
	X(interpreters) \
	X(real) \
	X(real_processes)

#define MODE_REGISTRY_DECLARE(name) extern const struct mode mode_##name;
MODE_REGISTRY(MODE_REGISTRY_DECLARE)
