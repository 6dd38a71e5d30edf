/* What the tests of machines made up of files share: a folder for them, and a placement. */
#pragma once

#include "golden.h"
#include "placement.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* On two cores, whose PUs are 0 and 1. */
extern struct placement *made_up_placement;

/* For cmocka. */
int made_up_begin(void **unused);
int made_up_end(void **unused);
