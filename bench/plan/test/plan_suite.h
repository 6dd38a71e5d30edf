/* What the tests of plans share: a plan on a machine that is made up. */
#pragma once

#include "plan.h"

/* A machine of 2 cores with 2 PUs each. */
extern struct placement *placement;
extern struct plan plan;

/* For cmocka. */
int plan_set_up(void **unused);
int plan_tear_down(void **unused);

/* Parses a name with parameters, which has to be right. */
struct spec parse(const char *what, spec_registry *registry, const char *text);
