/*
 * Facts about the machine that a result has to state: the processor, the system, what limits or
 * disturbs a measurement, and where workers are placed.
 */
#pragma once

#include "placement.h"

/*
 * Receives one fact. Both strings are valid during the call only, and the value is valid UTF-8
 * without control characters.
 */
typedef void facts_visitor(void *context, const char *key, const char *value);

/*
 * Calls `visit` for each fact. A fact that the system does not provide is skipped. What may differ
 * between processors is that of those which the placement uses.
 */
void facts_visit(const struct placement *placement, facts_visitor *visit, void *context);
