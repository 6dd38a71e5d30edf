/* What the tests of machines made up share. */
#pragma once

#include "placement.h"

/* For cmocka: makes hwloc describe this machine, as it does by default. */
int suite_forget_machine(void **unused);

/* Makes hwloc describe another machine, by a synthetic description or an XML file. */
void suite_use_synthetic(const char *description);
void suite_use_file(const char *path);

/* Creates a placement on whatever machine that is, which has to succeed. */
struct placement *suite_create(enum placement_policy policy);

/* Checks the pin map of so many workers, and that each of them is where the map says. */
void suite_check_map(const struct placement *placement, const char *map, int workers);
